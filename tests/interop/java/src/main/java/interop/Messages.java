// SPDX-License-Identifier: Apache-2.0
package interop;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** The test messages that both sides can make and check: length and content follow from seed and index. */
final class Messages
{
    private Messages()
    {
    }

    static int length(final int seed, final int index, final int minLength, final int maxLength)
    {
        int mixed = (seed * 0x9E3779B1) ^ (index * 0x85EBCA77);
        mixed = (mixed ^ (mixed >>> 15)) * 0xC2B2AE3D;
        mixed ^= mixed >>> 13;
        return minLength + (int)(Integer.toUnsignedLong(mixed) % (maxLength - minLength + 1));
    }

    static void fill(final MutableDirectBuffer buffer, final int length, final int seed, final int index)
    {
        for (int i = 0; i < length; i++)
        {
            buffer.putByte(i, (byte)(seed + index * 31 + i * 7));
        }
    }

    static boolean matches(
        final DirectBuffer buffer, final int offset, final int length, final int seed, final int index)
    {
        for (int i = 0; i < length; i++)
        {
            if (buffer.getByte(offset + i) != (byte)(seed + index * 31 + i * 7))
            {
                return false;
            }
        }
        return true;
    }
}
