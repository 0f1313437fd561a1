/** Where a long step stands. Numbers that are not known are left out. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  /** Further facts for the line: units used, lag. */
  readonly facts?: readonly string[];
}

export interface ProgressDisplay {
  show(progress: Progress): void;
  /** Ends the line. */
  end(text: string): void;
}

const WIDTH = 28;
/** Plain lines come this often when nobody looks at a terminal. */
const PLAIN_MS = 5_000;

/** A bar that redraws itself on a terminal; elsewhere a plain line now and then, so that logs stay readable. */
export function progressDisplay(
  out: NodeJS.WriteStream,
  label: string,
  now = Date.now,
): ProgressDisplay {
  const started = now();
  let shown = 0;
  return {
    show(progress) {
      if (!out.isTTY && now() - shown < PLAIN_MS) return;
      shown = now();
      const line = formatProgress(label, progress, now() - started);
      out.write(out.isTTY ? `\r\u001b[2K${line}` : `${line}\n`);
    },
    end(text) {
      out.write(out.isTTY ? `\r\u001b[2K${text}\n` : `${text}\n`);
    },
  };
}

/** `copy ███░░ 412/1,020 40% | 210/s | dirty 7 | 26 s left`. */
export function formatProgress(label: string, progress: Progress, elapsedMs: number): string {
  const { done, total, unit, facts = [] } = progress;
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░');
  const rate = elapsedMs < 500 ? 0 : done / (elapsedMs / 1_000);
  const left = rate > 0 && done < total ? `${Math.ceil((total - done) / rate)} s left` : undefined;
  const parts = [
    `${label} ${bar} ${done.toLocaleString('en')}/${total.toLocaleString('en')} ${unit} ${Math.floor(share * 100)}%`,
    rate > 0 ? `${Math.round(rate).toLocaleString('en')}/s` : undefined,
    ...facts,
    left,
  ];
  return parts.filter((part) => part !== undefined).join(' | ');
}
