/** Whether what goes to this server can be read on the way: it is elsewhere, and reached without TLS. */
export function isPlain(server: string): boolean {
  const host = /^http:\/\/(\[[^\]]+\]|[^/:?#]+)/i.exec(server.trim())?.[1]?.toLowerCase();
  return host !== undefined && host !== "localhost" && host !== "[::1]" && !/^127\.\d+\.\d+\.\d+$/.test(host);
}
