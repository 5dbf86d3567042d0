/** What the configuration of an embedded Redis is made of. */
export interface EmbeddedRedisConfig {
  /** Where Redis keeps its append-only file. */
  readonly folder: string;
  readonly socketPath: string;
  readonly fsync: "everysec" | "always";
  /** Set to listen on loopback besides the socket. */
  readonly tcp: TcpAccess | undefined;
}

/** Access over loopback, for clients that cannot use a Unix socket. */
export interface TcpAccess {
  readonly port: number;
  readonly password: string;
}

/** The text of the configuration file. It may hold a password: only its owner may be able to read the file. */
export function renderRedisConfig(config: EmbeddedRedisConfig): string {
  const lines = [
    ["port", String(config.tcp?.port ?? 0)],
    ["bind", "127.0.0.1"],
    ["protected-mode", "yes"],
    ["unixsocket", config.socketPath],
    ["unixsocketperm", "700"],
    ...(config.tcp === undefined ? [] : [["requirepass", config.tcp.password]]),
    ["daemonize", "no"],
    ["dir", config.folder],
    ["appendonly", "yes"],
    ["appendfsync", config.fsync],
    // After a crash of the machine the file may end in half a command; all before it is good.
    ["aof-load-truncated", "yes"],
    ["save", ""],
    // Losing keys to make room would lose runs: a full memory has to fail loudly.
    ["maxmemory-policy", "noeviction"],
    // Run records and jobs hold values of some hundred bytes, which then stay in the compact encoding; but not so the nodes of large runs,
    // since there each look-up goes through all entries. Written under the older of their two names, which every version knows.
    ["hash-max-ziplist-value", "1024"],
    ["hash-max-ziplist-entries", "64"],
  ];
  return lines.map(([name = "", value = ""]) => `${name} ${quote(value)}\n`).join("");
}

/** Redis reads a double-quoted text with C-like escapes, so that any path can be said. */
function quote(value: string): string {
  const escaped = value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return `"${escaped}"`;
}
