import { playBatch } from './batch.ts';

playBatch(3);
