import type { ReactNode } from "react";
import { useState } from "react";
import { chooseTheme, storedTheme, type Theme, THEMES } from "./theme";
import styles from "./ThemeButton.module.css";

const SHAPES: Record<Theme, ReactNode> = {
  system: <path d="M8 2.5a5.5 5.5 0 0 0 0 11z" fill="currentColor" />,
  light: <circle cx="8" cy="8" r="2.5" fill="currentColor" />,
  dark: <circle cx="8" cy="8" r="5.5" fill="currentColor" />,
};

/** Goes through the themes in turn. */
export function ThemeButton() {
  const [theme, setTheme] = useState(storedTheme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
  const choose = () => {
    chooseTheme(next);
    setTheme(next);
  };
  return (
    <button type="button" className={styles.button} onClick={choose} title={`Change to ${next}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="5.5" />
        {SHAPES[theme]}
      </svg>
      <span className="visually-hidden">Theme: </span>
      {theme}
    </button>
  );
}
