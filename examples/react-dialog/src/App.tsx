import { useState } from "react";
import type { StyleId } from "./made";
import { rememberedJob } from "./rememberedJob";
import { StyleDialog } from "./StyleDialog";
import { Styles } from "./Styles";

export function App() {
  const [isOpen, setOpen] = useState(() => rememberedJob() !== null);
  const [made, setMade] = useState<StyleId>();
  const finish = (id: StyleId) => {
    setMade(id);
    setOpen(false);
  };
  return (
    <main>
      <h1>Styles</h1>
      <button type="button" onClick={() => setOpen(true)}>
        New style…
      </button>
      <p role="status">
        {made !== undefined && (
          <>
            Your style is ready: <a href={`#${made}`}>look at it</a>
          </>
        )}
      </p>
      <Styles />
      {isOpen && <StyleDialog onMade={finish} onClose={() => setOpen(false)} />}
    </main>
  );
}
