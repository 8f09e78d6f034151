/**
 * How long the player waits for an answer of a learned policy: from the question to the answer, across the thread
 * that computes. A recorded violinist's observations are asked one after another, with a pause as between notes, so that
 * the thread has to wake up as it does on stage. Beside it a thread that computes nothing sends each message back: what
 * it needs is the machine's share, which is most of it where other programs are busy.
 */
import { performance } from 'node:perf_hooks';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { quantile } from '../../../core/math/statistics.ts';
import { playedOnsets } from '../../../learning/sim/onset-sequence.ts';
import { lessonOf } from '../../../learning/train/tempo-lessons.ts';
import { soloOf } from '../../../players/accompany/assemble.ts';
import { tempoObservationSize } from '../../../players/tempo/observation.ts';
import { OnnxInference } from '../../io/onnx-inference.ts';
import { listPieces, readPiece } from '../../io/pieces.ts';
import { readTempoModel } from '../tempo-model.ts';

export interface AnswerFigures {
  readonly policy: string;
  readonly questions: number;
  readonly askToAnswerMs: Waits;
  /** There and back to a thread that computes nothing. */
  readonly bareThreadMs: Waits;
}
interface Waits {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Between notes, in ms: short, so that the bench is. */
const betweenNotes = 5;

/** @throws UserFault where there is no such policy */
export async function benchAnswers(policy: string, questions = 1000): Promise<AnswerFigures> {
  const { bytes } = await readTempoModel(policy);
  const asked = await observations();
  const inference = await OnnxInference.open({ models: [{ role: 'tempo', source: policy, bytes }] });
  const echo = new Worker("const { parentPort } = require('node:worker_threads'); parentPort.on('message', (message) => parentPort.postMessage(message));", { eval: true });
  const answered = new Float64Array(questions);
  const echoed = new Float64Array(questions);
  try {
    for (let i = 0; i < questions; i++) {
      const at = (i % (asked.length / tempoObservationSize)) * tempoObservationSize;
      const input = asked.slice(at, at + tempoObservationSize);
      await pause(betweenNotes);
      let begun = performance.now();
      await inference.ask('tempo', input, at === 0);
      answered[i] = performance.now() - begun;
      await pause(betweenNotes);
      begun = performance.now();
      const back = once(echo, 'message');
      echo.postMessage(input);
      await back;
      echoed[i] = performance.now() - begun;
    }
  } finally {
    await echo.terminate();
    await inference.close();
  }
  return { policy, questions, askToAnswerMs: waits(answered), bareThreadMs: waits(echoed) };
}

function waits(times: Float64Array): Waits {
  const ms = (share: number): number => Math.round(quantile(times, share) * 1000) / 1000;
  return { p50: ms(0.5), p99: ms(0.99), max: ms(1) };
}

/** Of the first shipped performance: shape [onsets, tempoObservationSize]. */
async function observations(): Promise<Float32Array> {
  const listed = (await listPieces()).find((piece) => piece.performers.length > 0);
  if (listed === undefined) throw new RangeError('no performance is shipped');
  const { reading, performances } = await readPiece(listed.id);
  const sequence = playedOnsets(performances[0]!.performance, soloOf(reading.score));
  return lessonOf(reading.score, sequence, [], listed.id).observations;
}
