import { playBatch } from './batch.ts';

playBatch(0);
