import { useEffect, useState } from "react";

/** So long nothing may be typed before the list follows: each change of a filter is a new query. */
const PAUSE_MS = 250;

type Props = { label: string; value: string; isFixed: boolean; onChange: (value: string) => void };

export function FilterField({ label, value, isFixed, onChange }: Props) {
  const [typed, setTyped] = useState<string>();
  useEffect(() => {
    if (typed === undefined) return;
    const timer = setTimeout(() => {
      setTyped(undefined);
      if (typed.trim() !== value) onChange(typed.trim());
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={label}
      value={typed ?? value}
      disabled={isFixed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
