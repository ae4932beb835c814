import { useState } from "react";

/** Says that it worked, since nothing else would. */
export function CopyButton({ text, label = "Copy" }: { text: string; label?: string }) {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  const copy = () => {
    // Only offered to pages of https and of this machine.
    const clipboard = navigator.clipboard as Clipboard | undefined;
    const done =
      clipboard === undefined ? Promise.reject(new Error("no clipboard")) : clipboard.writeText(text);
    done.then(
      () => setState("copied"),
      () => setState("failed"),
    );
  };
  const word = { idle: label, copied: "Copied", failed: "Select and copy it yourself" }[state];
  return (
    <button type="button" onClick={copy} aria-live="polite">
      {word}
    </button>
  );
}
