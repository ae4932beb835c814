/** The model that makes styles: a service elsewhere, which takes its time. */
export async function askModel(part: "palette" | "preview", prompt: string): Promise<string> {
  const answer = await fetch(`${process.env.STYLE_MODEL_URL}/${part}`, { method: "POST", body: prompt });
  if (!answer.ok) throw new Error(`the model could not make a ${part}: ${await answer.text()}`);
  return await answer.text();
}
