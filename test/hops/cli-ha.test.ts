import { walkEveryHop } from './every-hop.ts';

walkEveryHop('--ha');
