import type { Catalogue } from "../catalogue";

/** What the window says about the certificate of the server that a cluster has for signing in. */
export const signInServerText: Catalogue["signInServer"] = {
  title: "Ist das die Anmeldeseite Ihres Clusters?",
  lead: (url) =>
    `Ihr Cluster meldet unter ${url} an. Dem eigenen Zertifikat dieses Servers wird nicht vertraut. Vergleichen Sie den Fingerabdruck mit dem, den Ihre Administration nennt.`,
  hint: "Culvert akzeptiert von nun an genau dieses Zertifikat und das des Clusters, und fragt wieder, wenn sich eines ändert.",
};
