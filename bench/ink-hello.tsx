/** The least that Ink can draw: what the first frame is measured against. */
import { render, Text } from 'ink';

const app = render(<Text>Hello</Text>);
app.unmount();
