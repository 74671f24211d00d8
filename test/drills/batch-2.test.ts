import { playBatch } from './batch.ts';

playBatch(1);
