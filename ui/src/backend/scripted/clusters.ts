import type {
  CertificateView,
  ClusterView,
  ContextCatalog,
  ContextMark,
  ForwardView,
  Problem,
  SignInMethod,
  Standing,
} from "../types";

const unmarked: ContextMark = { production: false, colour: null };
const unknown: Standing = { type: "unknown" };
const none: SignInMethod[] = [];

/** The clusters that can be chosen: the contexts of the kubeconfigs, then the demo cluster. */
export function clustersOf({ contexts }: ContextCatalog): ClusterView[] {
  const usual = { standing: unknown, mark: unmarked, signInMethods: none };
  return [
    ...contexts.map(({ name, server, file, shadowed }): ClusterView => {
      const told = shadowed ? { file } : {};
      return {
        context: { kind: "kubeconfig", name, ...told },
        name,
        server,
        ...(shadowed ? { hint: file } : {}),
        ...usual,
      };
    }),
    { context: { kind: "demo" }, name: "Demo cluster", server: "", ...usual },
  ];
}

/** The same, where what carries tunnels, or forbids them, has answered. */
export function heardOf(clusters: ClusterView[], forwards: readonly ForwardView[]): ClusterView[] {
  const answered = new Set(
    forwards
      .filter(
        ({ pod, state }) =>
          pod !== null || (state.type === "needsAttention" && state.problem.code === "forbidden"),
      )
      .map(({ profile }) => JSON.stringify(profile.context)),
  );
  return clusters.map((view) =>
    answered.has(JSON.stringify(view.context)) ? { ...view, standing: { type: "reachable" } } : view,
  );
}

/** A problem of a cluster, in the engine's manner. */
function troubled(words: Pick<Problem, "code" | "what" | "why" | "remedy" | "action">): Problem {
  return { ...words, port: null };
}

export const expired = (context: ClusterView["context"]): Problem =>
  troubled({
    code: "unauthorized",
    what: "Your sign-in has ended.",
    why: "The server says: Unauthorized (401). The token of ada has expired.",
    remedy: "Sign in again. The local ports stay open meanwhile.",
    action: { type: "signIn", context },
  });

/** Clusters of every standing, some of them marked and some added by the person. */
export function variedClusters(catalog: ContextCatalog): ClusterView[] {
  const [staging, production, openshift, kind, ...rest] = clustersOf(catalog);
  if (!staging || !production || !openshift || !kind) return [];
  const soon = Date.now() + 12.5 * 60_000;
  const lab = { kind: "own", id: "own-lab" } as const;
  return [
    { ...staging, standing: { type: "reachable" }, user: "ada", signInMethods: ["token"] },
    {
      ...production,
      standing: { type: "reachable" },
      user: "ada",
      mark: { production: true, colour: null },
      signInMethods: ["browser", "password", "token"],
      expiresAtMs: soon,
    },
    {
      ...openshift,
      standing: { type: "needsSignIn", problem: expired(openshift.context) },
      signInMethods: ["browser", "password", "token"],
    },
    {
      ...kind,
      standing: {
        type: "unreachable",
        problem: troubled({
          code: "unreachable",
          what: "The cluster does not answer.",
          why: "Connection refused by 127.0.0.1:38677.",
          remedy: "Start it, then try again.",
          action: { type: "retry" },
        }),
      },
    },
    {
      context: lab,
      name: "lab",
      server: "https://api.lab.example.com:6443",
      standing: { type: "reachable" },
      user: "kube:admin",
      mark: { production: false, colour: "purple" },
      signInMethods: ["browser", "password", "token", "certificate"],
      kept: "keyring",
      own: { id: lab.id, trust: { kind: "system" }, namespace: "tests" },
    },
    ...rest,
  ];
}

/** What an unknown server shows: signed by itself. */
export const ownCertificate: CertificateView = {
  subject: "CN=kube-apiserver",
  issuer: "CN=kube-apiserver-service-network-signer, OU=openshift",
  names: ["api.selfsigned.example.com", "kubernetes.default.svc", "10.0.0.1"],
  notBeforeMs: Date.UTC(2026, 2, 1),
  notAfterMs: Date.UTC(2027, 2, 1),
  sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  distrust: "No authority that this computer trusts has signed it.",
};

/** The certificate of the server that a cluster “crc” signs people in at. */
export const routerCertificate: CertificateView = {
  ...ownCertificate,
  subject: "CN=*.apps-crc.testing",
  issuer: "CN=ingress-operator",
  names: ["*.apps-crc.testing"],
  sha256: "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
};
