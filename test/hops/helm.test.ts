import { walkEveryHelmHop } from './helm-hop.ts';

walkEveryHelmHop([]);
