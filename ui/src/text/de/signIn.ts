import { plural } from "../../format/plural";
import type { Catalogue } from "../catalogue";

/** What the window says while a cluster is added or signed in to. */
export const signInText: Catalogue["signIn"] = {
  addTitle: "Cluster hinzufügen",
  addLead: "Culvert bewahrt die Anmeldung im Schlüsselbund dieses Computers auf, nie in einer Datei.",
  back: "Zurück",
  how: "Wie hinzufügen",
  ways: { paste: "Einfügen", server: "Serveradresse", file: "kubeconfig-Datei" },

  paste: "Eine Zeile „oc login …“ oder eine kubeconfig",
  pasteExample: "oc login --token=… --server=https://api.example.com:6443",
  pasteHint:
    "In der OpenShift-Konsole: Ihr Name, „Copy login command“. Oder die Ausgabe von „kubectl config view --raw“.",
  understood: "Das hat Culvert gelesen",
  server: "Server",
  user: "Benutzer",
  method: "Anmeldung mit",
  authority: "Zertifizierungsstelle",
  namespace: "Namespace",
  inText: "im eingefügten Text",
  missingPassword: "Das Passwort fehlt noch.",
  unchecked:
    "Der Text verlangt, das Zertifikat des Servers nicht zu prüfen. Culvert zeigt Ihnen stattdessen das Zertifikat.",
  contexts: "Welcher Kontext daraus",
  unusable: "nicht verwendbar",

  serverLabel: "Adresse des Servers",
  serverExample: "https://api.example.com:6443",
  serverHint: "Was „oc whoami --show-server“ oder „kubectl cluster-info“ ausgibt.",
  probing: "Der Server wird gefragt …",
  openshift: "Es antwortet OpenShift.",
  kubernetes: "Es antwortet ein Kubernetes-Server.",
  plain: "Der Server verwendet kein TLS: Was dorthin geht, kann unterwegs gelesen werden.",
  name: "Name",
  nameHint: "So heißt er in Culvert.",
  continue: "Weiter",
  add: "Cluster hinzufügen",
  adding: "Anmeldung läuft …",
  added: (name) => `„${name}“ hinzugefügt`,

  methods: {
    token: "Token",
    password: "Name und Passwort",
    browser: "Browser",
    certificate: "Zertifikat",
  },
  token: "Token",
  tokenHint: "Der Token, oder die ganze Zeile „oc login …“, in der er steht.",
  userName: "Benutzername",
  password: "Passwort",
  passwordHint: "Culvert tauscht es gegen einen Token und bewahrt es nicht auf.",
  browserHint: "Ihr Browser öffnet die Anmeldeseite des Clusters. Kommen Sie danach hierher zurück.",
  certificate: "Client-Zertifikat (PEM)",
  key: "Privater Schlüssel dazu (PEM)",
  show: (label) => `${label} anzeigen`,
  hide: (label) => `${label} verbergen`,
  openBrowser: "Browser öffnen",
  waiting: "Culvert wartet auf den Browser …",
  waitingHint:
    "Melden Sie sich dort an. Hat sich keine Seite geöffnet, kopieren Sie die Adresse in einen Browser.",
  copyAddress: "Adresse kopieren",
  copiedAddress: "Adresse kopiert",
  stopWaiting: "Nicht mehr warten",

  trustTitle: "Ist das Ihr Cluster?",
  trustLead:
    "Dem Zertifikat des Servers wird nicht vertraut. Vergleichen Sie den Fingerabdruck mit dem, den Ihre Administration nennt.",
  subject: "Inhaber",
  issuer: "Aussteller",
  names: "Hostnamen",
  validity: "Gültig",
  validFromTo: (from, to) => `${from} bis ${to}`,
  fingerprint: "SHA-256-Fingerabdruck",
  trust: "Diesem Zertifikat vertrauen",
  trustHint: "Culvert akzeptiert von nun an genau dieses Zertifikat und fragt wieder, wenn es sich ändert.",
  chooseAuthority: "CA-Datei wählen",
  pasteAuthority: "CA einfügen",
  authorityText: "CA-Zertifikat (PEM)",
  useAuthority: "Diese CA verwenden",

  fileLead: "Culvert liest sie dort, wo sie ist, folgt ihren Änderungen und schreibt nie hinein.",
  filePath: "Pfad der Datei",
  filePathExample: "/home/sie/.kube/anderer-cluster",
  chooseFile: "Wählen …",
  addFile: "Datei hinzufügen",
  files: "Dateien, die Culvert liest",
  fileAdded: "von Ihnen hinzugefügt",
  fileUsual: "aus KUBECONFIG oder vom üblichen Ort",
  fileMissing: "nicht da",
  fileRemove: (path) => `${path} nicht mehr lesen`,
  fileContexts: (count) => plural(count, { one: "# Kontext", other: "# Kontexte" }),
  fileRead: (path) => `Culvert liest ab jetzt ${path}`,
  fileUnread: (path) => `Culvert liest ${path} nicht mehr`,

  againTitle: (name) => `Bei ${name} anmelden`,
  againLead:
    "Ihre lokalen Ports bleiben solange offen; wartende Programme werden bedient, sobald Sie angemeldet sind.",
  signIn: "Anmelden",
  signedIn: (name) => `Bei „${name}“ angemeldet`,
  helper:
    "Bei diesem Cluster meldet ein Anmeldeprogramm aus der kubeconfig an; hier ist also nichts einzugeben.",
  helperHow:
    "Führen Sie die Anmeldung des Programms in einem Terminal aus (etwa „aws sso login“), und versuchen Sie es dann erneut.",
  tryAgain: "Erneut versuchen",
  gone: "Diesen Cluster gibt es nicht mehr.",

  trustOf: (name) => `Das Zertifikat von ${name}`,
  trusted: "Dem Zertifikat wird jetzt vertraut.",
  fromFile: (file) =>
    `Dieser Cluster stammt aus ${file}, und Culvert schreibt nie in diese Datei. Stimmt der Fingerabdruck, so tragen Sie die Zertifizierungsstelle dort ein:`,
  fromFileHow: (cluster) =>
    `im Eintrag „${cluster}“ unter clusters entweder certificate-authority mit der CA-Datei, oder certificate-authority-data mit ihrem Inhalt.`,
  fromFileThen: "Culvert bemerkt die Änderung selbst und verbindet wieder.",

  keyringAgain: "Schlüsselbund erneut versuchen",
  keepSession: "Nur für diese Sitzung merken",
  keepSessionHint: "Nur im Arbeitsspeicher, bis Culvert endet.",

  secretsTitle: "Anmeldungen",
  secrets: (count) =>
    count === 0
      ? "Culvert bewahrt keine Anmeldung auf."
      : plural(count, {
          one: "Culvert bewahrt eine Anmeldung auf.",
          other: "Culvert bewahrt # Anmeldungen auf.",
        }),
  where: (keyring, session) =>
    [
      ...(keyring > 0 ? [`${keyring} im Schlüsselbund`] : []),
      ...(session > 0 ? [`${session} im Arbeitsspeicher, bis Culvert endet`] : []),
    ].join(", "),
  keyring: {
    unknown: "Der Schlüsselbund wurde noch nicht gebraucht.",
    working: "Der Schlüsselbund funktioniert.",
    unavailable: "Der Schlüsselbund ist nicht verfügbar.",
  },
  forget: "Alle vergessen",
  forgetQuestion:
    "Jede Anmeldung vergessen? Das lässt sich nicht rückgängig machen; Sie melden sich neu an, wo es nötig ist.",
  forgetYes: "Alle Anmeldungen vergessen",
  forgetNo: "Behalten",
  forgotten: "Alle Anmeldungen sind vergessen",
};
