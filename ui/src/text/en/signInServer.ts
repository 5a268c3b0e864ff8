/** What the window says about the certificate of the server that a cluster has for signing in. */
export const signInServerText = {
  title: "Is this your cluster’s sign-in page?",
  lead: (url: string) =>
    `Your cluster signs people in at ${url}, which has a certificate of its own that is not trusted. Compare the fingerprint with what your administrator tells you.`,
  hint: "Culvert accepts exactly this certificate and the one of the cluster itself from now on, and asks again if one changes.",
};
