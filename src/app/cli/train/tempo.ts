/** Lessons, then practice; what was learned so far is on disk after every epoch. */
import type { TempoPiece } from '../../../learning/train/accompaniment-environment.ts';
import type { SupervisedResult, SupervisedStart } from '../../../learning/train/supervised.ts';
import type { PracticeStart } from '../../../learning/train/tempo-practice.ts';
import { practiseTempo } from '../../../learning/train/tempo-practice.ts';
import type { ValidationGroup } from '../../../learning/train/tempo-teaching.ts';
import { believed, teachTempo } from '../../../learning/train/tempo-teaching.ts';
import type { YouchestraGroup, YouchestraProgress } from '../../../learning/train/youchestra-practice.ts';
import { practiseYouchestra } from '../../../learning/train/youchestra-practice.ts';
import type { TempoTraining } from './settings.ts';
import type { OnnxTraining } from '../../io/onnx-training.ts';
import type { CourseSettings } from './course.ts';
import { TrainingCourse } from './course.ts';
import type { LearningCurve } from './learning-curve.ts';

type Settings<Type extends TempoTraining['type']> = Omit<CourseSettings, 'training' | 'pieces' | 'groups'> & {
  readonly train: readonly TempoPiece[];
  readonly training: Extract<TempoTraining, { readonly type: Type }>;
  readonly engine: OnnxTraining;
};
export interface TrainedTempo {
  readonly parameters: Float32Array;
  /** One number a validation group. */
  readonly validation: readonly number[];
  /** After which epoch and which update it was best. */
  readonly epochs: number;
  readonly updates: number;
  readonly curve: LearningCurve;
}

/** @throws UserFault where the checkpoint is of another training */
export async function trainTempoPolicy({ train, validation, engine, ...settings }: Settings<'tempo'> & { readonly validation: readonly ValidationGroup[] }): Promise<TrainedTempo> {
  const { teaching, practice } = settings.training;
  const course = await TrainingCourse.open({ ...settings, pieces: train.length, groups: validation });
  let taught = course.kept?.['taught'] as SupervisedResult | undefined;
  if (taught === undefined && teaching.epochs > 0) {
    taught = await engine.complete(teachTempo(train, validation, teaching, course.kept?.['lessons'] as SupervisedStart | undefined), async ({ epoch, epochs, trainingLoss, validationLosses, state, result }) => {
      course.tell({ phase: 'lessons', step: epoch, train: trainingLoss, validation: validationLosses }, epochs);
      await course.keep({ lessons: { state, epoch, result } });
      return undefined;
    });
    taught = taught && (await engine.complete(believed(taught, validation, teaching)));
  }
  const trained = { epochs: taught?.epoch ?? 0, curve: course.curve };
  if (practice.updates === 0 && taught !== undefined) {
    await course.end();
    return { ...trained, updates: 0, parameters: taught.parameters, validation: taught.validationLosses };
  }
  const practised = await engine.complete(practiseTempo(train, validation, teaching, practice, taught?.parameters, course.kept?.['practice'] as PracticeStart | undefined), async ({ update, updates, reward, validationLosses, state, result }) => {
    course.tell({ phase: 'practice', step: update, train: reward, validation: validationLosses }, updates);
    await course.keep({ ...(taught !== undefined && { taught }), practice: { state, update, result } });
    return undefined;
  });
  await course.end();
  return { ...trained, updates: practised!.update, parameters: practised!.parameters, validation: practised!.validationLosses };
}

/** @param validation one group for each of `groups` @throws UserFault where the checkpoint is of another training */
export async function trainYouchestra({ train, validation, groups, engine, ...settings }: Settings<'youchestra'> & { readonly validation: readonly YouchestraGroup[]; readonly groups: CourseSettings['groups'] }): Promise<TrainedTempo> {
  const course = await TrainingCourse.open({ ...settings, pieces: train.length, groups });
  const start = course.kept?.['practice'] as Pick<YouchestraProgress, 'state' | 'update' | 'result'> | undefined;
  const trained = await engine.complete(practiseYouchestra(train, validation, settings.training.youchestra, start), async ({ update, updates, reward, validationLosses, state, result }) => {
    course.tell({ phase: 'practice', step: update, train: reward, validation: validationLosses }, updates);
    await course.keep({ practice: { state, update, result } });
    return undefined;
  });
  await course.end();
  return { parameters: trained!.parameters, validation: trained!.validationLosses, epochs: 0, updates: trained!.update, curve: course.curve };
}
