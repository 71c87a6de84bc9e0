// SPDX-License-Identifier: Apache-2.0
package interop;

import io.aeron.agent.ComponentLogger;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;

/**
 * Records of log events, with the lines that the reference's decoders make of them. Two ways to get them: as the reader agent of
 * a driver of the reference, from its ring; and as a program, from a file of records that somebody else wrote.
 *
 * <p>Files are a sequence of: type id (int), length (int), the record, and behind it the line (as of writeUTF; empty where the
 * reference has no such event). Input has no lines. All ints are big-endian.
 */
public final class EventRecords implements Agent
{
    private static final int LIMIT = 100;

    private final Map<Integer, ComponentLogger> loggers = new HashMap<>();
    private final ManyToOneRingBuffer ring;
    private final DataOutputStream out;

    /** What the reference calls to make its reader. */
    public EventRecords(final String file, final List<ComponentLogger> loggers) throws Exception
    {
        this(file, loggers, ringOfThisProcess());
    }

    private EventRecords(final String file, final Iterable<ComponentLogger> loggers, final ManyToOneRingBuffer ring)
        throws IOException
    {
        this.ring = ring;
        loggers.forEach((logger) -> this.loggers.put(logger.typeCode(), logger));
        out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(Path.of(file))));
    }

    /** Arguments: the file of records, the file to be written. */
    public static void main(final String[] args) throws Exception
    {
        final EventRecords records = new EventRecords(args[1], ServiceLoader.load(ComponentLogger.class), null);
        try (DataInputStream in = new DataInputStream(Files.newInputStream(Path.of(args[0]))))
        {
            while (true)
            {
                final int typeId = in.readInt();
                final byte[] record = new byte[in.readInt()];
                in.readFully(record);
                records.write(typeId, record);
            }
        }
        catch (final EOFException end)
        {
            records.onClose();
        }
    }

    public int doWork()
    {
        final int count = ring.read(this::onRecord, LIMIT);
        if (count > 0)
        {
            flush();
        }
        return count;
    }

    public String roleName()
    {
        return "event-records";
    }

    public void onClose()
    {
        flush();
    }

    private void onRecord(final int typeId, final MutableDirectBuffer buffer, final int index, final int length)
    {
        final byte[] record = new byte[length];
        buffer.getBytes(index, record);
        write(typeId, record);
    }

    private void write(final int typeId, final byte[] record)
    {
        try
        {
            out.writeInt(typeId);
            out.writeInt(record.length);
            out.write(record);
            out.writeUTF(lineOf(typeId, record));
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    private String lineOf(final int typeId, final byte[] record)
    {
        final StringBuilder line = new StringBuilder();
        try
        {
            loggers.get(typeId >> 16).decode(new UnsafeBuffer(record), 0, typeId & 0xFFFF, line);
        }
        catch (final IllegalArgumentException unknown)
        {
            return "";
        }
        catch (final IndexOutOfBoundsException another)
        {
            return "of another form: " + another.getMessage();
        }
        return line.toString();
    }

    private void flush()
    {
        try
        {
            out.flush();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    private static ManyToOneRingBuffer ringOfThisProcess() throws Exception
    {
        final var field = Class.forName("io.aeron.agent.EventConfiguration").getDeclaredField("EVENT_RING_BUFFER");
        field.setAccessible(true);
        return (ManyToOneRingBuffer)field.get(null);
    }
}
