import type { Catalogue } from "../catalogue";

/** What the window says about whose word counts for the certificate of a cluster. */
export const authorityText: Catalogue["authority"] = {
  label: "Zertifikat",
  system: "Vertraut den Zertifizierungsstellen dieses Computers",
  pem: "Vertraut der Zertifizierungsstelle, die Sie eingefügt haben",
  file: (path) => `Vertraut der Zertifizierungsstelle in ${path}`,
  pinned: (fingerprint) => `Vertraut nur diesem: ${fingerprint}`,
  change: "Ändern",
  changeFor: "Ändern, wie dem Zertifikat vertraut wird",
  useSystem: "Zertifizierungsstellen dieses Computers verwenden",
  title: "Wer bürgt für den Server?",
  lead: "Dieses Zertifikat zeigt der Server jetzt. Vergleichen Sie den Fingerabdruck mit dem, den Ihre Administration nennt.",
  notShown: "Der Server antwortet gerade nicht, also lässt sich sein Zertifikat nicht zeigen.",
  formerAuthority: "Bisherige Zertifizierungsstelle",
  newAuthority: "Jetzige Zertifizierungsstelle",
  sameAuthority: "Dieselbe Zertifizierungsstelle wie bisher bürgt dafür.",
};
