/** Where a platform package can be installed, in the words of `package.json`. */
export interface Platform {
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

const OS = new Map([
  ['windows', 'win32'],
  ...[
    'aix',
    'android',
    'darwin',
    'freebsd',
    'linux',
    'netbsd',
    'openbsd',
    'openharmony',
    'sunos',
    'win32',
  ].map((os) => [os, os] as const),
]);
const CPU = new Set([
  ...['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'],
]);

/**
 * Reads os, cpu and C library out of a name such as `@swc/core-linux-arm64-musl` or `@esbuild/win32-x64`. What the name
 * does not say is left out; npm takes an absent field for "anywhere".
 */
export function platformOfName(name: string): Platform {
  const words = name.split(/[/-]/);
  const os = words.map((word) => OS.get(word)).find((word) => word !== undefined);
  const cpu = words.find((word) => CPU.has(word));
  const libc = os === 'linux' ? libcOf(words) : undefined;
  return { ...(cpu && { cpu: [cpu] }), ...(libc && { libc: [libc] }), ...(os && { os: [os] }) };
}

function libcOf(words: readonly string[]): string | undefined {
  if (words.some((word) => word.startsWith('musl'))) return 'musl';
  return words.some((word) => word.startsWith('gnu')) ? 'glibc' : undefined;
}
