export type Measured = {
  progress?: number | undefined;
  completed?: number | undefined;
  total?: number | undefined;
};

/** How far in numbers: `40 %`, `4 of 10`, or both; empty if nobody said. */
export function progressText({ progress, completed, total }: Measured): string {
  const percent = progress === undefined ? [] : [`${Math.floor(progress)} %`];
  return [...percent, ...countText(completed, total)].join(" · ");
}

function countText(completed: number | undefined, total: number | undefined): string[] {
  if (completed === undefined) return total === undefined ? [] : [`of ${total.toLocaleString()}`];
  const done = completed.toLocaleString();
  return [total === undefined ? `${done} done` : `${done} of ${total.toLocaleString()}`];
}
