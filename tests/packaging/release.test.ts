// SPDX-License-Identifier: Apache-2.0
/**
 * A release, rehearsed: Lerna versions a copy of the repository and publishes it to a registry that runs inside this test and
 * only takes notes.
 */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { MINUTE_MS, PACKAGES, root, temporaryFolder } from './support/packages.ts';

const WORKSPACES = ['samples', 'bench', 'tests'];
const MANIFESTS = [
  'lerna.json',
  'package.json',
  'package-lock.json',
  ...WORKSPACES.map((each) => `${each}/package.json`),
];

interface PublishDocument {
  readonly name: string;
  readonly 'dist-tags': Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, { readonly dependencies?: Readonly<Record<string, string>> }>>;
  readonly _attachments: Readonly<Record<string, { readonly length: number }>>;
}

/** Takes what is published and knows of nothing else. */
class NotingRegistry {
  readonly published: PublishDocument[] = [];
  readonly #server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'PUT') {
        this.published.push(JSON.parse(Buffer.concat(chunks).toString('utf8')) as PublishDocument);
      }
      response.writeHead(request.method === 'PUT' ? 201 : 404, { 'content-type': 'application/json' });
      response.end('{}');
    });
  });

  /** @returns its address. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

describe('a release', () => {
  const folder = temporaryFolder();
  const copy = join(folder, 'repository');
  const registry = new NotingRegistry();
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=release', '-c', 'user.email=release@localhost', ...args], {
      cwd: copy,
      encoding: 'utf8',
    }).trim();

  beforeAll(async () => {
    execFileSync('git', ['clone', '--quiet', '--no-hardlinks', root, copy]);
    git('checkout', '--quiet', '-B', 'main');
    // As they are here, committed or not.
    for (const file of MANIFESTS) {
      cpSync(join(root, file), join(copy, file));
    }
    for (const { folder: name } of PACKAGES) {
      cpSync(join(root, 'packages', name), join(copy, 'packages', name), {
        recursive: true,
        filter: (path) => !path.includes('node_modules'),
      });
    }
    git('add', '--all', ...MANIFESTS, 'packages');
    git('commit', '--quiet', '--allow-empty', '-m', 'feat: what is being tested');
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    writeFileSync(join(copy, '.git', 'info', 'exclude'), 'node_modules\n'); // a link, which the ignored folder is not
    const address = await registry.listen();
    writeFileSync(join(copy, '.npmrc'), `registry=http://${address}/\n//${address}/:_authToken=none\n`);
    git('update-index', '--assume-unchanged', '.npmrc');
  }, 3 * MINUTE_MS);

  afterAll(() => {
    registry.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Not blocking: the registry lives in this process. @returns what it said. */
  function lerna(...args: string[]): Promise<string> {
    const cli = join(copy, 'node_modules', 'lerna', 'dist', 'cli.js');
    const environment = {
      ...process.env,
      GIT_AUTHOR_NAME: 'release',
      GIT_AUTHOR_EMAIL: 'release@localhost',
      GIT_COMMITTER_NAME: 'release',
      GIT_COMMITTER_EMAIL: 'release@localhost',
      NX_DAEMON: 'false',
    };
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [cli, ...args], { cwd: copy, env: environment });
      let said = '';
      const keep = (chunk: Buffer): void => {
        said += chunk.toString('utf8');
      };
      child.stdout.on('data', keep);
      child.stderr.on('data', keep);
      child.on('close', (status) => {
        if (status === 0) {
          resolve(said);
        } else {
          reject(new Error(`lerna ${args.join(' ')}: status=${status}\n${said}`));
        }
      });
    });
  }

  it(
    'gives all packages one new version, states it in dependencies and a changelog, and tags it',
    async () => {
      await lerna(
        'version',
        'minor',
        '--yes',
        '--no-push',
        '--conventional-commits',
        '--no-changelog-entry-additional-markdown',
      );
      const version = (JSON.parse(readFileSync(join(copy, 'lerna.json'), 'utf8')) as { version: string }).version;
      expect(version).toBe('0.2.0');
      for (const { folder: name, manifest } of PACKAGES) {
        const path = join(copy, 'packages', name, 'package.json');
        const bumped = JSON.parse(readFileSync(path, 'utf8')) as typeof manifest;
        const sisters = Object.entries(bumped.dependencies ?? {}).filter(([dependency]) =>
          dependency.startsWith('@aeron/'),
        );
        expect([name, bumped.version, ...sisters.map(([, range]) => range)]).toEqual([
          name,
          version,
          ...sisters.map(() => version),
        ]);
      }
      expect(readFileSync(join(copy, 'CHANGELOG.md'), 'utf8')).toContain('what is being tested');
      expect(git('tag', '--points-at', 'HEAD')).toBe(`v${version}`);
    },
    3 * MINUTE_MS,
  );

  it(
    'publishes each package after what it depends on, with its tarball',
    async () => {
      expect(existsSync(join(copy, 'packages', 'core', 'dist', 'index.js'))).toBe(true);
      await lerna('publish', 'from-package', '--yes');
      const names = registry.published.map(({ name }) => name);
      expect([...names].sort()).toEqual(PACKAGES.map(({ manifest }) => manifest.name).sort());
      for (const document of registry.published) {
        expect(document['dist-tags']).toEqual({ latest: '0.2.0' });
        const [attachment] = Object.values(document._attachments);
        expect(attachment?.length).toBeGreaterThan(1000);
        const dependencies = Object.keys(document.versions['0.2.0']?.dependencies ?? {});
        const before = names.slice(0, names.indexOf(document.name));
        expect(dependencies.filter((name) => name.startsWith('@aeron/') && !before.includes(name))).toEqual([]);
      }
    },
    3 * MINUTE_MS,
  );
});
