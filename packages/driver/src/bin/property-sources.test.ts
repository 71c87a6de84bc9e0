// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadProperties, type ProgramSettings, setProperty } from './property-sources.ts';

function newSettings(environment: Record<string, string> = {}): ProgramSettings {
  return { environment: { ...environment }, properties: {} };
}

describe('a property of a program', () => {
  it('replaces the environment variable that the process was started with', () => {
    const settings = newSettings({ AERON_DIR: '/old' });
    setProperty(settings, 'aeron.dir', '/new');
    expect(settings).toEqual({ environment: { AERON_DIR: '/new' }, properties: { 'aeron.dir': '/new' } });
  });

  it('unsets it by an empty value', () => {
    const settings = newSettings({ AERON_DIR: '/old' });
    setProperty(settings, 'aeron.dir', '');
    expect(settings.environment['AERON_DIR']).toBeUndefined();
  });

  it('may be named as the environment variable', () => {
    const settings = newSettings();
    setProperty(settings, 'AERON_DIR', '/new');
    expect(settings.environment['AERON_DIR']).toBe('/new');
  });
});

describe('a file of properties', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aeron-properties-'));
  const path = join(folder, 'driver.properties');
  beforeAll(() => writeFileSync(path, '# settings\naeron.dir=/from/file\naeron.mtu.length:4k\n'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['path', path],
    ['file URL', pathToFileURL(path).href],
  ])('is read by its %s', async (_name, source) => {
    const settings = newSettings();
    await loadProperties(settings, source);
    expect(settings.environment).toEqual({ AERON_DIR: '/from/file', AERON_MTU_LENGTH: '4k' });
  });

  it('that there is not may be a preset, by its name alone', async () => {
    const settings = newSettings();
    await loadProperties(settings, 'throughput.properties');
    expect(settings.properties).toMatchObject({ 'aeron.mtu.length': '8k' });
    const elsewhere = loadProperties(newSettings(), join(folder, 'throughput.properties'));
    await expect(elsewhere).rejects.toThrow(/ENOENT/);
    await expect(loadProperties(newSettings(), 'none.properties')).rejects.toThrow(/source=none\.properties: ENOENT/);
  });

  it('that is missing or malformed is named', async () => {
    await expect(loadProperties(newSettings(), join(folder, 'none'))).rejects.toThrow(/source=.*none: ENOENT/);
    const bad = join(folder, 'bad.properties');
    writeFileSync(bad, 'aeron.dir\n');
    await expect(loadProperties(newSettings(), bad)).rejects.toThrow(/bad\.properties line=1/);
  });
});

describe('properties from a web server', () => {
  let server: Server;
  let base = '';
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/good') {
        response.end('aeron.dir=/from/web');
        return;
      }
      response.writeHead(request.url === '/missing' ? 404 : 302, {
        location: request.url === '/moved' ? '/good' : '/round',
      });
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
  });

  it.each(['/good', '/moved'])('are read from %s', async (path) => {
    const settings = newSettings();
    await loadProperties(settings, base + path);
    expect(settings.properties['aeron.dir']).toBe('/from/web');
  });

  it.each([
    ['/missing', 'status 404'],
    ['/round', 'too many redirects'],
  ])('are refused from %s: %s', async (path, reason) => {
    await expect(loadProperties(newSettings(), base + path)).rejects.toThrow(reason);
  });

  it('of a server that is not there are refused with the reason', async () => {
    await expect(loadProperties(newSettings(), 'http://127.0.0.1:1/x')).rejects.toThrow(/ECONNREFUSED|bad port/);
  });
});
