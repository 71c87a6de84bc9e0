// SPDX-License-Identifier: Apache-2.0
/**
 * The boundary to the operating system. Everything above this folder gets these ports handed in and touches no `node:*`
 * module, socket, file, clock or thread by itself; that is what lets a whole system run in one thread with virtual time.
 * Each port has a real implementation (platform/node), a simulated one (platform/sim) and one conformance suite
 * (platform/conformance) that both pass.
 */

/**
 * Both readings are cheap but not free: take them once per duty cycle.
 *
 * @source agrona/NanoClock
 */
export interface Clock {
  /** Wall clock, ms since 1970. */
  epochMs(): number;
  /** Monotonic ns since an arbitrary start within this process (exact for 104 days). */
  nanoTime(): number;
}

/** What a path names. */
export type PathKind = 'file' | 'directory' | 'other' | 'none';

/** How a file is opened; see `Files.open`. */
export type FileMode = 'read' | 'read-write' | 'create';

/** A file opened for positional access. */
export interface OpenFile {
  readonly path: string;
  length(): number;
  /** @returns bytes read; fewer than `length` only at the end of the file. */
  read(position: number, target: Uint8Array, targetOffset: number, length: number): number;
  /** Writes all of it, or throws. */
  write(position: number, source: Uint8Array, sourceOffset: number, length: number): void;
  truncate(length: number): void;
  /** Returns when the content has reached the disk. */
  sync(): void;
  close(): void;
}

/** Errors of this port carry the operating system's code in `code` (ENOENT, EACCES, ENOSPC, EEXIST, …). */
export interface Files {
  kind(path: string): PathKind;
  /** Bytes. */
  length(path: string): number;
  /** Modification time, ms since 1970. */
  modifiedMs(path: string): number;
  /** Creates the directory and its missing parents; existing ones are fine. */
  createDirectories(path: string): void;
  /** Names in the directory, sorted. */
  list(path: string): string[];
  deleteFile(path: string): void;
  /** Deletes a directory with all that is in it; a missing one is fine. */
  deleteTree(path: string): void;
  rename(from: string, to: string): void;
  read(path: string): Uint8Array;
  /** Replaces the content. */
  write(path: string, content: Uint8Array): void;
  append(path: string, content: Uint8Array): void;
  /** `create` makes a new file and refuses an existing one (EEXIST); the other modes need an existing file (ENOENT). */
  open(path: string, mode: FileMode): OpenFile;
  /** Bytes that this process could still allocate on the file system of `path`. */
  usableSpace(path: string): number;
  /** Absolute path with symbolic links resolved as far as the path exists. */
  canonical(path: string): string;
}

/**
 * A mapped region of a file: `length` bytes from `memoryOffset` of `memory`, which may be over 2 GiB long. A mapping of a
 * whole file covers `memory` exactly, so `memoryOffset` is 0 there.
 */
export interface MappedFile {
  readonly path: string;
  readonly length: number;
  readonly memory: ArrayBuffer;
  /** Where the region starts in `memory`; other than 0 only where several mappings of parts of a file share one memory. */
  readonly memoryOffset: number;
  /** Writes dirty pages back. */
  sync(): void;
  /**
   * Gives the region up. Where the platform can, every view is detached and the pages go at once; else the pages go when the
   * last view is collected. A stale view never crashes the process. Idempotent.
   */
  unmap(): void;
}

/**
 * What a program may do with a mapping. Never write through a `read-only` one: the bytes go to a private copy, or nowhere,
 * or the process ends, depending on the platform.
 */
export interface MapOptions {
  readonly access: 'read-write' | 'read-only';
  /** Byte offset in the file, a multiple of the page size; 0 when left out. */
  readonly offset?: number;
  /** Bytes; to the end of the file when left out. */
  readonly length?: number;
}

/**
 * Errors are AeronErrors: MAPPING (bad range, refused by the operating system), FILE_ACCESS (missing, not permitted, exists
 * already) and STORAGE_SPACE (no room). A range that is empty or reaches beyond the end of the file is refused, since
 * touching such memory would end the process.
 */
export interface FileMapper {
  /** Which provider serves: `koffi`, `mmap-io`, `mmap-io, koffi` (the first where it can, per call) or `sim`. */
  readonly name: string;
  map(path: string, options: MapOptions): MappedFile;
  /**
   * Creates a zeroed file of `length` bytes, which must not exist, and maps it.
   *
   * @param sparse false reserves the disk space now, so that no later access can fail for want of it (ENOSPC here instead).
   */
  create(path: string, length: number, options: { readonly sparse: boolean }): MappedFile;
}

/** An IP end point; `address` is numeric text (`127.0.0.1`, `fe80::1`, with `%scope` where needed). */
export interface SocketAddress {
  readonly family: 'IPv4' | 'IPv6';
  readonly address: string;
  readonly port: number;
}

/** One address of an interface that is up. */
export interface NetworkInterface {
  readonly name: string;
  readonly index: number;
  readonly family: 'IPv4' | 'IPv6';
  readonly address: string;
  /** Bits. */
  readonly prefixLength: number;
  readonly isLoopback: boolean;
  /** As far as can be told; true where the platform does not say. */
  readonly supportsMulticast: boolean;
}

/**
 * How a socket is opened. Addresses are numeric; a port of 0 asks for a free one.
 *
 * @source aeron-driver/UdpChannelTransport
 */
export interface DatagramOptions {
  readonly bind: SocketAddress;
  /** Connected sockets send to this address only and drop what comes from others. */
  readonly connect?: SocketAddress;
  readonly reuseAddress?: boolean;
  readonly multicast?: {
    /** Joined when present; absent for a socket that only sends. */
    readonly group?: SocketAddress;
    readonly interfaceAddress: string;
    readonly interfaceName?: string;
    readonly ttl?: number;
    readonly loopback?: boolean;
  };
  /** Bytes; 0 or absent keeps the operating system's default. */
  readonly receiveBufferLength?: number;
  readonly sendBufferLength?: number;
  /** Whether it will take long streams: datagrams that arrive together may then be taken together; see `poll`. */
  readonly isBulkReceiver?: boolean;
  /**
   * Called when a datagram arrives while none waits, so that whoever parked before `poll` can wake up. Must not poll. Never
   * called by a transport that has `wait`.
   */
  readonly onReadable?: () => void;
}

/** Called for each datagram; `buffer` is valid during the call only, which must not poll. */
export type DatagramHandler = (
  buffer: Uint8Array,
  offset: number,
  length: number,
  sourceAddress: string,
  sourcePort: number,
  context: number,
) => void;

/** See `DatagramSocket.burstLength`. */
export const UNBOUNDED_BURST = 0x40000000;

/** One non-blocking datagram socket that is polled. */
export interface DatagramSocket {
  /** `opening` until bound (dgram binds later than it returns), `open`, `failed` (see `error`) or `closed`. */
  readonly state: 'opening' | 'open' | 'failed' | 'closed';
  readonly error: Error | undefined;
  /** The bound address, known when open. */
  readonly localAddress: SocketAddress | undefined;
  /** Whether a `reconnect` is under way: with dgram until the loop has turned. */
  readonly isReconnecting: boolean;
  /** Why the newest `reconnect` that is not under way any more failed; undefined when it did not. */
  readonly reconnectError: Error | undefined;
  /** Bytes in force, as the operating system reports them. */
  readonly receiveBufferLength: number;
  readonly sendBufferLength: number;
  /** Datagrams that arrived and had to be dropped because `poll` was not called in time; what the kernel drops is not in it. */
  readonly droppedCount: number;
  /** Datagrams that leave by one call of `sendRun` at the least cost; the longest run that is worth making. */
  readonly runLimit: number;
  /**
   * Bytes that may leave one behind the other, before anybody receives, without filling a receive buffer of the default length. At
   * least as much as one datagram; `UNBOUNDED_BURST` where no such care is needed.
   */
  readonly burstLength: number;
  /**
   * Delivers at most `limit` datagrams; those that a bulk receiver was given together count as one.
   *
   * @returns bytes received.
   */
  poll(handler: DatagramHandler, context: number, limit: number): number;
  /**
   * Sends one datagram to the connected address, or to `target`. `source` may be reused when this returns.
   *
   * @returns bytes accepted: `length`, or 0 when the socket can take none now or the peer refused (count it as a short send).
   * @throws Error with `code` for what will not pass by waiting (EMSGSIZE, EACCES, …). Where the platform reports such an
   * error late it is thrown by the send that follows.
   */
  send(source: Uint8Array, offset: number, length: number, target?: SocketAddress): number;
  /**
   * Sends datagrams that lie one behind the other, as `send` would one by one.
   *
   * @param lengths of the datagrams, the first at `offset`.
   * @returns how many of them were accepted, from the first on.
   * @throws Error as `send`, when that is so of the first.
   */
  sendRun(source: Uint8Array, offset: number, lengths: Int32Array, count: number, target?: SocketAddress): number;
  /**
   * Begins to replace the address of a connected socket. Never throws: how it ended is known when `isReconnecting` is false again. One
   * that could not follow stays open, sends to nobody or to whom it sent before, and may be told another address.
   */
  reconnect(target: SocketAddress): void;
  close(): void;
}

/** Opens datagram sockets and knows the network of this machine. */
export interface Datagrams {
  /** `dgram`, `batch`, `offload` or `sim`. */
  readonly name: string;
  open(options: DatagramOptions): DatagramSocket;
  interfaces(): readonly NetworkInterface[];
  /**
   * Blocks the thread until a datagram is there for a socket that was polled before, or the time is over. Undefined where
   * datagrams arrive on the event loop, which must turn then.
   */
  readonly wait: ((timeoutNs: number) => void) | undefined;
  /** The operating system's default and largest socket buffers, in bytes; 0 where unknown. */
  bufferLimits(): Promise<SocketBufferLimits>;
}

/** Bytes, as the operating system reports them (Linux reports twice what a setting asks for); 0 where unknown. */
export interface SocketBufferLimits {
  readonly defaultReceive: number;
  readonly maxReceive: number;
  readonly defaultSend: number;
  readonly maxSend: number;
}

/** A name look-up under way, polled to its end. */
export interface NameLookup {
  readonly state: 'pending' | 'resolved' | 'failed';
  readonly addresses: readonly { readonly family: 'IPv4' | 'IPv6'; readonly address: string }[];
  readonly error: Error | undefined;
}

/**
 * Turns host names into addresses without blocking; numeric addresses resolve at once.
 *
 * @source aeron-driver/NameResolver
 */
export interface Names {
  lookup(host: string): NameLookup;
}

/** A thread that runs a module of ours. */
export interface ThreadHandle {
  readonly name: string;
  readonly exited: Promise<number>;
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onError(listener: (error: Error) => void): void;
  /** Whether the process stays alive for the thread; it does from the start. */
  holdProcess(isHeld: boolean): void;
  terminate(): Promise<void>;
}

/** Starts threads and blocks the calling one. */
export interface Threads {
  /** @param module absolute path or file URL of a script; it reads `data` as its worker data. */
  spawn(name: string, module: string, data: unknown): ThreadHandle;
  /** Whether this thread may be blocked: false on a main thread, whose event loop belongs to the user. */
  readonly mayBlock: boolean;
  /** Blocks the calling thread. Only where `mayBlock`. */
  park(durationNs: number): void;
}

/** Facts about this process and its machine. */
export interface Host {
  readonly pid: number;
  readonly userName: string;
  readonly temporaryDirectory: string;
  /** `linux`, `darwin`, `win32`, … */
  readonly operatingSystem: string;
  readonly hasSharedMemoryDirectory: boolean;
  /** Read-only environment variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Bytes of one page of memory. */
  readonly pageSize: number;
  /** Whether a process with this id runs, as far as can be told. */
  isProcessAlive(pid: number): boolean;
  /** A cryptographically random signed 32-bit value (seeded in simulation). */
  randomInt32(): number;
  /** Memory that was offered under this name by this thread, or by one that it descends from. */
  sharedMemory(name: string): SharedArrayBuffer | undefined;
  /** Offers memory to this thread and to all that it starts from now on, whoever starts them. */
  offerSharedMemory(name: string, memory: SharedArrayBuffer): void;
}

/** Runs callbacks later; the event loop, or virtual time in simulation. */
export interface Scheduler {
  /**
   * After other pending work of the loop, as soon as possible.
   *
   * @param keepAlive false lets the process exit meanwhile; true when left out.
   * @returns a handle for `cancel`.
   */
  soon(callback: () => void, keepAlive?: boolean): unknown;
  /** After `delayMs` (at least 1; fractions are rounded up). `keepAlive` false lets the process exit meanwhile. */
  after(delayMs: number, callback: () => void, keepAlive: boolean): unknown;
  /** Fine for a handle whose callback ran already. */
  cancel(handle: unknown): void;
}

/** One named channel, which anybody in the process may listen to. */
export interface DiagnosticChannel {
  /** Whether making a message is worth the while. */
  readonly hasSubscribers: boolean;
  /** Calls the listeners at once, in the order in which they subscribed. */
  publish(message: unknown): void;
}

/** Tells the process what happens, without knowing who listens. */
export interface Diagnostics {
  /** The same channel for the same name, whoever asks for it. */
  channel(name: string): DiagnosticChannel;
  /** @returns ends it; later calls do nothing. */
  subscribe(name: string, listener: (message: unknown) => void): () => void;
}

/** All ports of one process. */
export interface Platform {
  readonly clock: Clock;
  readonly files: Files;
  readonly mapper: FileMapper;
  readonly datagrams: Datagrams;
  readonly names: Names;
  readonly threads: Threads;
  readonly host: Host;
  readonly scheduler: Scheduler;
  readonly diagnostics: Diagnostics;
}
