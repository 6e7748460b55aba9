import pg from "pg";

/** Sessions of a Chatwoot process, as in Active Record's pool: opened once, used, and kept. */
export interface Sessions {
  /** Ends all of them, as a stopping machine does. */
  stop(): Promise<void>;
}

async function openSession(url: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: name, connectionTimeoutMillis: 20_000 });
  // A refusal may arrive twice: as an answer and as the end of the connection.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("SELECT 1");
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

/** A process with a thread for each session. Rejects with the database's message if a session is refused. */
export async function startProcess(url: string, name: string, sessions: number): Promise<Sessions> {
  const results = await Promise.allSettled(Array.from({ length: sessions }, () => openSession(url, name)));
  const clients = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const stop = async () => void (await Promise.all(clients.map((client) => client.end())));
  const refused = results.find((result) => result.status === "rejected");
  if (refused) {
    await stop();
    throw refused.reason;
  }
  return { stop };
}

/** Starts processes one after the other, and stops them all if one fails to start. */
export async function startProcesses(
  url: string,
  processes: readonly { name: string; sessions: number }[],
): Promise<Sessions> {
  const started: Sessions[] = [];
  const stop = async () => void (await Promise.all(started.map((each) => each.stop())));
  try {
    for (const { name, sessions } of processes) started.push(await startProcess(url, name, sessions));
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}
