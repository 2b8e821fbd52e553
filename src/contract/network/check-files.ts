import type { Finding } from '../config-problem.ts';
import type { ConfigDocument } from '../config-schema.ts';
import type { ProviderDocument } from '../provider-schema.ts';
import type { DocumentPath } from '../read-yaml.ts';
import type { ConfigFiles } from './config-files.ts';

/** What is wrong with the files the document names. */
export const checkFiles = (document: ConfigDocument, files: ConfigFiles): readonly Finding[] => [
  ...certificateFindings(document.egress.ca_file, ['egress', 'ca_file'], files),
  ...(document.providers ?? []).flatMap((provider, index) =>
    certificateFindings(provider.ca_file, ['providers', index, 'ca_file'], files),
  ),
  ...(document.providers ?? []).flatMap((provider, index) =>
    googleKeyFindings(provider, ['providers', index, 'credentials'], files),
  ),
  ...pairFindings(document, files),
];

const finding = (path: DocumentPath, message: string, fix: string): Finding => ({ path, part: 'value', message, fix });

const certificateFindings = (file: string | undefined, path: DocumentPath, files: ConfigFiles): readonly Finding[] => {
  if (file === undefined) return [];
  const read = files.read(file);
  if ('problem' in read) return [finding(path, `names a file that ${read.problem}`, 'correct the path')];
  const problem = files.certificateProblem(read.text);
  return problem === undefined ? [] : [finding(path, `names a file that ${problem}`, 'give certificates in PEM')];
};

const googleKeyFindings = (
  { credentials, enabled }: ProviderDocument,
  path: DocumentPath,
  files: ConfigFiles,
): readonly Finding[] => {
  if (credentials === undefined || !enabled) return [];
  return (['service_account_json', 'service_account_file'] as const).flatMap((field): readonly Finding[] => {
    const given = credentials[field];
    if (given === undefined) return [];
    const read = field === 'service_account_file' ? files.read(given) : { text: given };
    if ('problem' in read) return [finding([...path, field], `names a file that ${read.problem}`, 'correct the path')];
    const problem = files.googleKeyProblem(read.text);
    if (problem === undefined) return [];
    return [finding([...path, field], `cannot be used: ${problem}`, 'give what Google made, unchanged')];
  });
};

const pairFindings = ({ server }: ConfigDocument, files: ConfigFiles): readonly Finding[] => {
  const { tls } = server;
  if (tls === undefined) return [];
  const keyPath: DocumentPath = ['server', 'tls', 'key_file'];
  const key = files.read(tls.key_file);
  const found = [
    ...certificateFindings(tls.cert_file, ['server', 'tls', 'cert_file'], files),
    ...('problem' in key ? [finding(keyPath, `names a file that ${key.problem}`, 'correct the path')] : []),
  ];
  const certificate = files.read(tls.cert_file);
  if (found.length > 0 || 'problem' in key || 'problem' in certificate) return found;
  const problem = files.keyProblem(certificate.text, key.text);
  return problem === undefined
    ? []
    : [finding(keyPath, `names a file that ${problem}`, 'give the private key (PEM) that belongs to cert_file')];
};
