// SPDX-License-Identifier: Apache-2.0
/** Numbers of the Linux socket interface, the same on x64 and arm64, and the layout of its records there. */

export const AF_INET = 2;
export const AF_INET6 = 10;
/** SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC */
export const DATAGRAM_SOCKET = 2 | 0x800 | 0x80000;

export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;

export const IPPROTO_IP = 0;
export const IP_MULTICAST_IF = 32;
export const IP_MULTICAST_TTL = 33;
export const IP_MULTICAST_LOOP = 34;
export const IP_ADD_MEMBERSHIP = 35;
export const IP_MULTICAST_ALL = 49;

export const IPPROTO_IPV6 = 41;
export const IPV6_MULTICAST_IF = 17;
export const IPV6_MULTICAST_HOPS = 18;
export const IPV6_MULTICAST_LOOP = 19;
export const IPV6_JOIN_GROUP = 20;
export const IPV6_MULTICAST_ALL = 29;

export const SOL_UDP = 17;
/** Segment length of what is sent. */
export const UDP_SEGMENT = 103;
/** Whether what was received together is delivered together; and the segment length of what is. */
export const UDP_GRO = 104;
/** Segments in one call, of every kernel that has the offload. */
export const UDP_SEGMENTS_MAX = 64;

/** MSG_DONTWAIT | MSG_NOSIGNAL */
export const SEND_FLAGS = 0x40 | 0x4000;
/** MSG_DONTWAIT */
export const RECEIVE_FLAGS = 0x40;
/** In `msg_flags`: the datagram was longer than its memory. */
export const MSG_TRUNC = 0x20;

export const EPOLL_CTL_ADD = 1;
export const EPOLLIN = 1;
export const POLLIN = 1;

/**
 * `struct mmsghdr`: what the call does with one datagram.
 *
 *     0 name*   8 name length   16 iovec*   24 iovec count   32 control*   40 control length   48 flags   56 bytes moved
 */
export const MessageHeader = {
  LENGTH: 64,
  NAME: 0,
  NAME_LENGTH: 8,
  IOVEC: 16,
  IOVEC_COUNT: 24,
  CONTROL: 32,
  CONTROL_LENGTH: 40,
  FLAGS: 48,
  MOVED: 56,
} as const;

/** `struct iovec`. */
export const Iovec = { LENGTH: 16, BASE: 0, BYTES: 8 } as const;

/** `struct cmsghdr` with a value of at most 8 bytes behind it. */
export const ControlMessage = { LENGTH: 24, BYTES: 0, LEVEL: 8, TYPE: 12, VALUE: 16 } as const;

/** `struct sockaddr_in` and `struct sockaddr_in6`; ports are in network order. */
export const SocketName = {
  LENGTH: 32,
  IPV4_LENGTH: 16,
  IPV6_LENGTH: 28,
  FAMILY: 0,
  PORT: 2,
  IPV4_ADDRESS: 4,
  IPV6_ADDRESS: 8,
  IPV6_SCOPE: 24,
} as const;
