import { describe, expect, test } from "vitest";
import { type PortForwardLine, readPortForwardLine } from "./portForwardLine";

const pod = (name: string, ...ports: string[]): PortForwardLine => ({
  context: null,
  kubeconfig: null,
  server: null,
  namespace: null,
  address: null,
  target: { kind: "pod", name },
  ports,
});
const svc: PortForwardLine = { ...pod("web", "8080:80"), target: { kind: "service", name: "web" } };

describe("a port-forward line", () => {
  test.each<[string, PortForwardLine]>([
    ["kubectl port-forward web 8080", pod("web", "8080")],
    [
      "oc port-forward pod/web 5000 6000:5000 :5000 0:5000 http",
      pod("web", "5000", "6000:5000", ":5000", "0:5000", "http"),
    ],
    ["oc port-forward -p web 8080:80", pod("web", "8080:80")],
    ["kubectl port-forward svc/web 8080:80", svc],
    ["  $ kubectl port-forward service/web 8080:80 &", svc],
    ["kubectl port-forward services/web 8080:80 >/dev/null 2>&1 &", svc],
    ["kubectl port-forward svc/web 8080:80 2>errors", svc],
    [
      "KUBECONFIG=~/x /usr/local/bin/kubectl port-forward svc/web 8080:80 && echo 1",
      { ...svc, kubeconfig: "~/x" },
    ],
    ["KUBECONFIG=/a:/b kubectl port-forward svc/web 8080:80", svc],
    ["kubectl --kubeconfig /a port-forward svc/web 8080:80", { ...svc, kubeconfig: "/a" }],
    ["oc port-forward svc/web 8080:80 -s https://api:6443", { ...svc, server: "https://api:6443" }],
    ["C:\\tools\\oc.exe port-forward svc/web 8080:80", svc],
    ["kubectl -n shop port-forward svc/web 8080:80", { ...svc, namespace: "shop" }],
    ["kubectl port-forward svc/web 8080:80 --namespace=shop", { ...svc, namespace: "shop" }],
    ["kubectl port-forward svc/web 8080:80 --namespace shop", { ...svc, namespace: "shop" }],
    ["kubectl port-forward -nshop svc/web -- 8080:80", { ...svc, namespace: "shop" }],
    ["kubectl port-forward -n=shop svc/web 8080:80", { ...svc, namespace: "shop" }],
    ["kubectl --context 'my prod' port-forward svc/web 8080:80", { ...svc, context: "my prod" }],
    ['kubectl --context="a \\"b\\"" port-forward svc/web 8080:80', { ...svc, context: 'a "b"' }],
    ["kubectl --context my\\ prod port-forward svc/web 8080:80", { ...svc, context: "my prod" }],
    ["kubectl port-forward \\\n  svc/web \\\n  8080:80", svc],
    [
      "kubectl port-forward --address 127.0.0.1,10.0.0.7 svc/web 8080:80",
      { ...svc, address: "127.0.0.1,10.0.0.7" },
    ],
    ["kubectl port-forward --token hidden --pod-running-timeout 1m svc/web 8080:80 --new --odd=1", svc],
    [
      "kubectl port-forward deployment.apps/web 80",
      { ...pod("web", "80"), target: { kind: "deployment", name: "web" } },
    ],
    ["kubectl port-forward sts/db 80", { ...pod("db", "80"), target: { kind: "statefulSet", name: "db" } }],
    ["kubectl port-forward ds/db 80", { ...pod("db", "80"), target: { kind: "daemonSet", name: "db" } }],
    ["kubectl port-forward rs/db 80", { ...pod("db", "80"), target: { kind: "replicaSet", name: "db" } }],
    ["kubectl port-forward JOB/db 80", { ...pod("db", "80"), target: { kind: "job", name: "db" } }],
  ])("%s", (line, expected) => {
    expect(readPortForwardLine(line)).toEqual(expected);
  });

  test.each([
    "",
    "web",
    "kubectl get pods",
    "kubectl get pods port-forward 80",
    "podman port-forward web 80",
    "kubectl port-forward",
    "kubectl port-forward web",
    "kubectl port-forward svc/ 80",
    "kubectl port-forward dc/web 80",
    "kubectl port-forward constructor/web 80",
    "kubectl port-forward web eighty_",
    "kubectl port-forward web 1:2:3",
    "kubectl port-forward 'web 80",
    `kubectl port-forward web 80 ${"x".repeat(5000)}`,
  ])("is not: %s", (line) => {
    expect(readPortForwardLine(line)).toBeNull();
  });
});
