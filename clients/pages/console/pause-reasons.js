/** Why counters are usually paused: what people read on the office's screens. */

export const PAUSE_REASONS = [
  { id: 'lunch', ko: '점심 교대', en: 'Lunch shift' },
  { id: 'system', ko: '전산 점검', en: 'System check' },
  { id: 'crowded', ko: '대기 인원이 많음', en: 'Many people waiting' },
  { id: 'meeting', ko: '회의·교육', en: 'Staff meeting' },
];
/** So many letters of each language are shown at most. */
export const LONGEST_REASON = 60;

/** The usual reason that says this; null for another one. */
export function usualReason(reason) {
  return PAUSE_REASONS.find(({ ko, en }) => ko === reason?.ko && en === reason?.en) ?? null;
}
