/** What a musician may want to change about being followed. The defaults need no touching. */
export interface FollowerSettings {
  /** 0..1: how many wrong notes are taken for slips before anything else is suspected. */
  readonly forgiving: number;
  /** 0..1: how little it takes to believe that the soloist went elsewhere. */
  readonly readyToJump: number;
  /** 'never' for a concert in which nobody will go back: the place only moves on as written. */
  readonly jumps: 'free' | 'never';
}

export const defaultFollowerSettings: FollowerSettings = { forgiving: 0.5, readyToJump: 0.5, jumps: 'free' };
