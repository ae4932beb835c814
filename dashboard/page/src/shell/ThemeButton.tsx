import { useState } from "react";
import { chooseTheme, storedTheme, type Theme, THEMES } from "./theme";

const NAMES: Record<Theme, string> = { system: "Theme: system", light: "Theme: light", dark: "Theme: dark" };

/** Goes through the themes in turn. */
export function ThemeButton() {
  const [theme, setTheme] = useState(storedTheme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
  const choose = () => {
    chooseTheme(next);
    setTheme(next);
  };
  return (
    <button type="button" className="quiet" onClick={choose}>
      {NAMES[theme]}
    </button>
  );
}
