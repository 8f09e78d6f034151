/** How near the synthesizer came, as one number: the four ways of Madaghiele and Fasciani, AIMC 2024. */

export const rewardTypes = ['cubic', 'linear', 'cubic+prize', 'prize'] as const;
export type RewardType = (typeof rewardTypes)[number];

const near = 0.1; // deviations of the table: from here on it counts as found
const prize = 10;

/** @param distance root mean square of the differences, in deviations of the table */
export function rewardOf(type: RewardType, distance: number): number {
  switch (type) {
    case 'cubic':
      return 8 * (0.5 - distance) ** 3;
    case 'linear':
      return 1 - distance;
    case 'cubic+prize':
      return 4 * (0.5 - distance) ** 3 + (distance <= near ? prize : 0);
    case 'prize':
      return distance <= near ? prize : -prize;
  }
}
