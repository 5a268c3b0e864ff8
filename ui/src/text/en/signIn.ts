import type { SignInMethod } from "../../backend/types";
import { formatNumber } from "../../format/number";
import { plural } from "../../format/plural";

/** What the window says while a cluster is added or signed in to. */
export const signInText = {
  addTitle: "Add cluster",
  addLead: "Culvert keeps its sign-in in this computer’s keyring, never in a file.",
  back: "Back",
  how: "How to add it",
  ways: { paste: "Paste", server: "Server address", file: "Kubeconfig file" },

  paste: "An oc login line or a kubeconfig",
  pasteExample: "oc login --token=… --server=https://api.example.com:6443",
  pasteHint:
    "In the OpenShift console: your name, “Copy login command”. Or the output of “kubectl config view --raw”.",
  understood: "What Culvert read",
  server: "Server",
  user: "User",
  method: "Signs in with",
  authority: "Authority",
  namespace: "Namespace",
  inText: "in the pasted text",
  missingPassword: "The password is still missing.",
  unchecked:
    "It asks to leave the server’s certificate unchecked. Culvert shows you the certificate instead.",
  contexts: "Context",
  unusable: "cannot be used",

  serverLabel: "Server URL",
  serverExample: "https://api.example.com:6443",
  serverHint: "What “oc whoami --show-server” or “kubectl cluster-info” prints.",
  probing: "Asking the server…",
  openshift: "OpenShift answers.",
  kubernetes: "A Kubernetes server answers.",
  plain: "The server uses no TLS: what goes there can be read on the way.",
  name: "Name",
  nameHint: "What it is called in Culvert.",
  continue: "Continue",
  add: "Add cluster",
  adding: "Signing in…",
  added: (name: string) => `Added “${name}”`,

  methods: {
    token: "Token",
    password: "Name and password",
    browser: "Browser",
    certificate: "Certificate",
  } satisfies Record<SignInMethod, string>,
  token: "Token",
  tokenHint: "The token, or the whole “oc login” line that holds it.",
  userName: "User name",
  password: "Password",
  passwordHint: "Culvert trades it for a token and does not keep it.",
  browserHint: "Your browser opens the cluster’s own sign-in page. Come back here when you are done there.",
  certificate: "Client certificate (PEM)",
  key: "Its private key (PEM)",
  show: (label: string) => `Show ${label.toLowerCase()}`,
  hide: (label: string) => `Hide ${label.toLowerCase()}`,
  openBrowser: "Open the browser",
  waiting: "Waiting for the browser…",
  waitingHint: "Sign in there. If no page opened, copy the address into a browser.",
  copyAddress: "Copy the address",
  copiedAddress: "Address copied",
  stopWaiting: "Stop waiting",

  trustTitle: "Is this your cluster?",
  trustLead:
    "The server’s certificate is not trusted. Compare the fingerprint with what your administrator tells you.",
  subject: "Subject",
  issuer: "Issuer",
  names: "Host names",
  validity: "Valid",
  validFromTo: (from: string, to: string) => `${from} to ${to}`,
  fingerprint: "SHA-256 fingerprint",
  trust: "Trust this certificate",
  trustHint: "Culvert accepts exactly this certificate from now on, and asks again if it changes.",
  chooseAuthority: "Choose a CA file",
  pasteAuthority: "Paste a CA",
  authorityText: "CA certificate (PEM)",
  useAuthority: "Use this CA",

  fileLead: "Culvert reads it where it is, follows its changes, and never writes to it.",
  filePath: "Path of the file",
  filePathExample: "/home/you/.kube/other-cluster",
  chooseFile: "Choose…",
  addFile: "Add file",
  files: "Files that Culvert reads",
  fileAdded: "added by you",
  fileUsual: "from KUBECONFIG or the usual place",
  fileMissing: "not there",
  fileRemove: (path: string) => `Stop reading ${path}`,
  fileContexts: (count: number) => plural(count, { one: "# context", other: "# contexts" }),
  fileRead: (path: string) => `Culvert reads ${path} from now on`,
  fileUnread: (path: string) => `Culvert does not read ${path} any more`,

  againTitle: (name: string) => `Sign in to ${name}`,
  againLead: "Your local ports stay open meanwhile; programs that wait are served once you are signed in.",
  signIn: "Sign in",
  signedIn: (name: string) => `Signed in to “${name}”`,
  helper: "A login helper from the kubeconfig signs in to this cluster, so there is nothing to type here.",
  helperHow: "Run the helper’s own login in a terminal (for example “aws sso login”), then try again.",
  tryAgain: "Try again",
  gone: "This cluster is not there any more.",

  trustOf: (name: string) => `The certificate of ${name}`,
  trusted: "The certificate is trusted now.",
  fromFile: (file: string) =>
    `This cluster comes from ${file}, which Culvert never rewrites. If the fingerprint is right, name the cluster’s authority there:`,
  fromFileHow: (cluster: string) =>
    `in the entry “${cluster}” under clusters, set certificate-authority to the CA’s file, or certificate-authority-data to its content.`,
  fromFileThen: "Culvert sees the change by itself and connects again.",

  keyringAgain: "Try the keyring again",
  keepSession: "Keep for this session only",
  keepSessionHint: "In memory alone, until Culvert ends or the keyring works.",

  secretsTitle: "Sign-ins",
  secrets: (count: number) =>
    count === 0
      ? "Culvert keeps no sign-in."
      : plural(count, { one: "Culvert keeps one sign-in.", other: "Culvert keeps # sign-ins." }),
  where: (keyring: number, session: number) =>
    [
      ...(keyring > 0 ? [`${formatNumber(keyring)} in the keyring`] : []),
      ...(session > 0 ? [`${formatNumber(session)} in memory until Culvert ends`] : []),
    ].join(", "),
  keyring: {
    unknown: "The keyring was not needed yet.",
    working: "The keyring works.",
    unavailable: "The keyring is not available now.",
  },
  forget: "Forget all",
  forgetQuestion: "Forget every sign-in? This cannot be undone; you sign in again where you need it.",
  forgetYes: "Forget all sign-ins",
  forgetNo: "Keep them",
  forgotten: "Every sign-in is forgotten",
};
