import { useQuery } from "convex/react";
import { api } from "../convex/_generated/api";

/** The app's own entities; each has an address that a link leads to. */
export function Styles() {
  const styles = useQuery(api.styles.list);
  return (
    <ul>
      {styles?.map(({ _id, prompt, palette, preview }) => (
        <li key={_id} id={_id}>
          <img src={preview} alt="" width={96} height={54} />
          <span>{prompt}</span> <code>{palette}</code>
        </li>
      ))}
    </ul>
  );
}
