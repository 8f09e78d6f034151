/** Of the recordings to learn from, every fourth is put aside: by those it is chosen what is kept, and nothing learns from them. */
export const isPutAside = (recording: number): boolean => recording % 4 === 0;
