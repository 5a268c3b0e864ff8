import type { ForwardView } from "../backend/types";
import { localHost, mappingSides } from "./ports";

/** What can be copied of one port that is open. */
export interface CopyForms {
  /** `localhost:52341` */
  address: string;
  /** With the scheme that the port usually speaks. */
  url: string;
  /** Lines for an environment: the port, and for well-known services where it is. Never with a user or a password. */
  env: string[];
}

/** A service that is known by its port: the scheme of its URL, and the variable that programs usually read it from. */
interface WellKnown {
  scheme: string;
  variable?: string;
}

const TLS: WellKnown = { scheme: "https" };
const POSTGRES: WellKnown = { scheme: "postgresql", variable: "DATABASE_URL" };
const MYSQL: WellKnown = { scheme: "mysql", variable: "DATABASE_URL" };
const MONGODB: WellKnown = { scheme: "mongodb", variable: "MONGODB_URL" };
const REDIS: WellKnown = { scheme: "redis", variable: "REDIS_URL" };
const AMQP: WellKnown = { scheme: "amqp", variable: "AMQP_URL" };
const NATS: WellKnown = { scheme: "nats", variable: "NATS_URL" };

/** By number or by the name that ports usually have; what is not here is taken for HTTP. */
const WELL_KNOWN: Record<string, WellKnown> = {
  443: TLS,
  6443: TLS,
  8443: TLS,
  https: TLS,
  5432: POSTGRES,
  postgres: POSTGRES,
  postgresql: POSTGRES,
  3306: MYSQL,
  mysql: MYSQL,
  27017: MONGODB,
  mongodb: MONGODB,
  mongo: MONGODB,
  6379: REDIS,
  redis: REDIS,
  5672: AMQP,
  amqp: AMQP,
  4222: NATS,
  nats: NATS,
};

/** What can be copied of a port; null while it is not open. */
export function copyForms({ profile, ports }: ForwardView, index: number): CopyForms | null {
  const local = ports[index]?.local ?? null;
  if (local === null) return null;
  const { remote } = mappingSides(profile.ports[index]?.mapping ?? "");
  const address = `${localHost(profile.bindAddress)}:${local}`;
  const { scheme, variable } = wellKnown(remote);
  const url = `${scheme}://${address}/`;
  const name = profile.ports.length > 1 ? `${profile.name} ${remote}` : profile.name;
  return {
    address,
    url,
    env: [...(variable === undefined ? [] : [`${variable}=${url}`]), `${variableName(name)}_PORT=${local}`],
  };
}

function wellKnown(remote: string): WellKnown {
  const key = remote.toLowerCase();
  return (Object.hasOwn(WELL_KNOWN, key) ? WELL_KNOWN[key] : undefined) ?? { scheme: "http" };
}

/** Letters that a variable may have: other letters become underscores, and a digit is no beginning. */
function variableName(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "");
  if (plain === "") return "LOCAL";
  return /^\d/.test(plain) ? `_${plain}` : plain;
}
