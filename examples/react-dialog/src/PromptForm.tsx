export function PromptForm({ onOrder }: { onOrder: (prompt: string) => void }) {
  return (
    <form action={(form) => onOrder(String(form.get("prompt")))}>
      <label>
        What should it look like? <input name="prompt" required maxLength={200} autoFocus />
      </label>
      <button>Make it</button>
    </form>
  );
}
