/** Plants for the notices of 2.18, by id. */
import { namespace } from '../../diagnosis/mesh-objects.ts';
import {
  annotated,
  COLLECTOR,
  deployment,
  GATEWAY,
  gateway,
  gatewayOfHelm,
  kubernetes,
  link,
  linkerds,
  ofWeb,
  type Plant,
  pod,
  release,
  rules,
  values,
} from './make.ts';

export const plants218: Readonly<Record<string, readonly Plant[]>> = {
  '2.18-k8s': [kubernetes('v1.22.17', 'v1.23.0')],
  '2.18-gwapi-mandatory': [
    {
      without: [`httproutes.${GATEWAY}`, `grpcroutes.${GATEWAY}`],
      names: [`CustomResourceDefinition httproutes.${GATEWAY}, grpcroutes.${GATEWAY} not found`],
    },
    {
      without: [`httproutes.${GATEWAY}`],
      objects: [gateway('httproutes', { v1beta1: true, v1alpha2: true })],
      names: [`CustomResourceDefinition httproutes.${GATEWAY} spec.versions[0].name=v1beta1`],
    },
  ],
  '2.18-gwapi-ownership': [
    {
      wellWithout: [`httproutes.${GATEWAY}`, `grpcroutes.${GATEWAY}`],
      objects: [gateway('tlsroutes', { v1alpha2: true }, linkerds), gateway('tcproutes', { v1alpha2: true })],
      names: [
        `CustomResourceDefinition tlsroutes.${GATEWAY} metadata.annotations["linkerd.io/created-by"]=linkerd/cli edge-24.11.8`,
      ],
    },
  ],
  '2.18-gwapi-stored': [
    {
      without: [`grpcroutes.${GATEWAY}`],
      objects: [gateway('grpcroutes', { v1: true, v1alpha2: true }, {}, ['v1', 'v1alpha2'])],
      names: [`CustomResourceDefinition grpcroutes.${GATEWAY} status.storedVersions[1]=v1alpha2`],
    },
  ],
  '2.18-helm-keep': [gatewayOfHelm],
  '2.18-mc-controllers': [
    {
      objects: [deployment('linkerd-service-mirror-east', 'linkerd-multicluster')],
      names: ['Deployment linkerd-multicluster/linkerd-service-mirror-east is there'],
    },
  ],
  '2.18-link-period': [
    {
      objects: [link({ probeSpec: { period: '3' } }), link({ probeSpec: { period: '3s' } }, 'west')],
      names: ['Link linkerd-multicluster/east spec.probeSpec.period=3'],
    },
  ],
  '2.18-tracing': [
    {
      objects: [
        pod(
          'mine',
          {},
          {
            containers: [
              {
                name: 'linkerd-proxy',
                image: 'cr.l5d.io/linkerd/proxy:edge-24.11.8',
                env: [
                  {
                    name: 'LINKERD2_PROXY_TRACE_COLLECTOR_SVC_ADDR',
                    value: 'collector.linkerd-jaeger:55678',
                  },
                ],
              },
            ],
          },
        ),
      ],
      names: ['Deployment shop/mine spec.containers[0].env[0].value=collector.linkerd-jaeger:55678'],
    },
    annotated(COLLECTOR, 'collector.linkerd-jaeger:55678'),
    {
      objects: [namespace('data', { [COLLECTOR]: 'collector.linkerd-jaeger:55678' })],
      names: [`Namespace data metadata.annotations["${COLLECTOR}"]=collector.linkerd-jaeger:55678`],
    },
    values(
      { webhook: { collectorSvcAddr: 'otel.tracing:55678' } },
      'webhook.collectorSvcAddr=otel.tracing:55678',
    ),
  ],
  '2.18-metrics-rules': [rules('sum(rate(request_total{authority="web.shop"}[1m]))')],
  '2.18-cores': [values({ proxy: { cores: 2 } }, 'proxy.cores=2')],
  '2.18-tls13': [kubernetes('v1.18.20', 'v1.19.0')],
  '2.18-appprotocol': [
    {
      objects: [ofWeb('grpc', { port: 50051, appProtocol: 'kubernetes.io/h2c' })],
      names: ['Service shop/grpc spec.ports[1].appProtocol=kubernetes.io/h2c'],
    },
  ],
  '2.18-closewait': [
    values({ proxyInit: { closeWaitTimeoutSecs: 3600 } }, 'proxyInit.closeWaitTimeoutSecs=3600'),
    { objects: [release({ proxyInit: { closeWaitTimeoutSecs: 0 } })], names: [] },
  ],
};
