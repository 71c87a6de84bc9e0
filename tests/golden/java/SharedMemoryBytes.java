// SPDX-License-Identifier: Apache-2.0
/*
 * Prints what the reference leaves in memory that it shares, for shared-memory.test.ts:
 *   java --add-opens java.base/jdk.internal.misc=ALL-UNNAMED -cp aeron-all-1.51.0.jar SharedMemoryBytes.java \
 *     > shared-memory.golden.json
 * A row is "<length> <offset>:<hex> ...": the stretches that are not zero.
 */

import io.aeron.AeronVersion;
import io.aeron.CncFileDescriptor;
import io.aeron.driver.reports.LossReport;
import io.aeron.driver.status.*;
import io.aeron.logbuffer.LogBufferDescriptor;
import io.aeron.protocol.*;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.broadcast.BroadcastTransmitter;
import org.agrona.concurrent.errors.DistinctErrorLog;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

public class SharedMemoryBytes
{
    private static final long CLIENT = 0x123456789AL;
    private static final String CHANNEL = "aeron:udp?endpoint=localhost:40123|alias=golden";
    private static final int LINE_LENGTH = 16;
    private static final List<String> ROWS = new ArrayList<>();

    public static void main(final String[] args) throws Exception
    {
        ROWS.add("  \"reference\": \"" + AeronVersion.VERSION + "\"");
        cnc();
        ring();
        broadcast();
        countersInUse();
        countersOfEachKind();
        systemCounters();
        errorLog();
        lossReport();
        logMetadata();
        frames();
        System.out.println("{\n" + String.join(",\n", ROWS) + "\n}");
    }

    private static UnsafeBuffer fresh(final int length)
    {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(length, 64));
    }

    private static void row(final String name, final UnsafeBuffer buffer)
    {
        final StringBuilder text = new StringBuilder().append(buffer.capacity());
        for (int at = 0; at < buffer.capacity();)
        {
            int end = at;
            while (end < buffer.capacity() && !isZero(buffer, end))
            {
                end += LINE_LENGTH;
            }
            end = Math.min(end, buffer.capacity());
            if (end > at)
            {
                text.append(' ').append(at).append(':');
                for (int i = at; i < end; i++)
                {
                    text.append(String.format("%02x", buffer.getByte(i)));
                }
                at = end;
            }
            else
            {
                at += LINE_LENGTH;
            }
        }
        ROWS.add("  \"" + name + "\": \"" + text + "\"");
    }

    private static boolean isZero(final UnsafeBuffer buffer, final int at)
    {
        for (int i = at; i < Math.min(at + LINE_LENGTH, buffer.capacity()); i++)
        {
            if (buffer.getByte(i) != 0)
            {
                return false;
            }
        }
        return true;
    }

    private static UnsafeBuffer text(final String text)
    {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The first and the last byte of each section say which one it is. */
    private static void cnc()
    {
        final int toDriver = 1024 + 768;
        final int toClients = 1024 + 128;
        final int values = 4 * 128;
        final UnsafeBuffer file = fresh(CncFileDescriptor.computeCncFileLength(toDriver + toClients + values * 5 + 4096, 4096));
        final UnsafeBuffer metadata = new UnsafeBuffer(CncFileDescriptor.createMetaDataBuffer(file.byteBuffer()));
        CncFileDescriptor.fillMetaData(metadata, toDriver, toClients, values * 4, values, 10_000_000_000L, 4096, 1790000000123L,
            4242L, 4096);
        mark(CncFileDescriptor.createToDriverBuffer(file.byteBuffer(), metadata), 1);
        mark(CncFileDescriptor.createToClientsBuffer(file.byteBuffer(), metadata), 2);
        mark(CncFileDescriptor.createCountersMetaDataBuffer(file.byteBuffer(), metadata), 3);
        mark(CncFileDescriptor.createCountersValuesBuffer(file.byteBuffer(), metadata), 4);
        mark(CncFileDescriptor.createErrorLogBuffer(file.byteBuffer(), metadata), 5);
        CncFileDescriptor.signalCncReady(metadata);
        row("CncFile", file);
    }

    private static void mark(final UnsafeBuffer section, final int number)
    {
        section.putByte(0, (byte)number);
        section.putByte(section.capacity() - 1, (byte)(0x10 + number));
    }

    /** Written, read, wrapped with padding, one record aborted, one claimed and left. */
    private static void ring()
    {
        final UnsafeBuffer buffer = fresh(1024 + 768);
        final ManyToOneRingBuffer ring = new ManyToOneRingBuffer(buffer);
        ring.nextCorrelationId();
        ring.nextCorrelationId();
        ring.consumerHeartbeatTime(1790000000456L);
        final UnsafeBuffer message = text("to the driver, a message of the reference");
        for (int i = 0; i < 18; i++)
        {
            ring.write(i + 1, message, 0, 35 + i % 3);
        }
        row("ToDriverRingFull", buffer);
        ring.read((type, source, offset, length) -> { }, 9);
        ring.abort(ring.tryClaim(30, 11));
        for (int i = 0; i < 3; i++)
        {
            ring.write(40 + i, message, 0, 41);
        }
        ring.tryClaim(50, 12);
        row("ToDriverRing", buffer);
        ring.unblock();
        row("ToDriverRingAfterUnblock", buffer);
    }

    private static void broadcast()
    {
        final UnsafeBuffer buffer = fresh(1024 + 128);
        final BroadcastTransmitter transmitter = new BroadcastTransmitter(buffer);
        final UnsafeBuffer message = text("to all clients, a message of the reference");
        for (int i = 0; i < 23; i++)
        {
            transmitter.transmit(i + 1, message, 0, 35 + i % 7);
        }
        row("ToClientsBroadcast", buffer);
    }

    /** Allocated, freed, used again after their rest, labels changed. */
    private static void countersInUse()
    {
        final long[] nowMs = { 1000 };
        final UnsafeBuffer metadata = fresh(8 * CountersReader.METADATA_LENGTH);
        final UnsafeBuffer values = fresh(8 * CountersReader.COUNTER_LENGTH);
        final CountersManager manager = new CountersManager(metadata, values, StandardCharsets.US_ASCII, () -> nowMs[0], 500);
        final UnsafeBuffer key = new UnsafeBuffer(new byte[]{ 1, 2, 3, 4, 5 });
        for (int i = 0; i < 5; i++)
        {
            final UnsafeBuffer label = text("counter " + i);
            final int id = manager.allocate(1000 + i, key, 0, 5, label, 0, label.capacity());
            manager.setCounterValue(id, 1L << (40 + i));
            manager.setCounterRegistrationId(id, 70 + i);
            manager.setCounterOwnerId(id, 80 + i);
            manager.setCounterReferenceId(id, 90 + i);
        }
        manager.free(1);
        manager.free(3);
        nowMs[0] = 1400;
        manager.allocate("a new id, because none has rested", 1010);
        nowMs[0] = 1500;
        manager.allocate("an old id", 1011, (buffer) -> buffer.putLong(0, 77));
        manager.setCounterLabel(0, "renamed");
        manager.appendToLabel(2, ", extended");
        row("CountersMetadata", metadata);
        row("CountersValues", values);
    }

    private static void countersOfEachKind()
    {
        final UnsafeBuffer metadata = fresh(64 * CountersReader.METADATA_LENGTH);
        final UnsafeBuffer values = fresh(64 * CountersReader.COUNTER_LENGTH);
        final CountersManager manager = new CountersManager(metadata, values, StandardCharsets.US_ASCII);
        final UnsafeBuffer temp = fresh(4096);
        kind("pub-lmt", manager, PublisherLimit.allocate(temp, manager, CLIENT, 91, -29, 1015, CHANNEL).id());
        kind("pub-pos (concurrent)", manager, PublisherPos.allocate(temp, manager, CLIENT, 92, 30, 1016, CHANNEL, false).id());
        kind("pub-pos (exclusive)", manager, PublisherPos.allocate(temp, manager, CLIENT, 93, 31, 1017, CHANNEL, true).id());
        kind("snd-pos", manager, SenderPos.allocate(temp, manager, CLIENT, 94, 32, 1018, CHANNEL).id());
        kind("snd-lmt", manager, SenderLimit.allocate(temp, manager, CLIENT, 95, 33, 1019, CHANNEL).id());
        kind("snd-bpe", manager, SenderBpe.allocate(temp, manager, CLIENT, 96, 34, 1020, CHANNEL).id());
        kind("snd-naks-received", manager, SenderNaksReceived.allocate(temp, manager, CLIENT, 97, 35, 1021, CHANNEL).id());
        kind("rcv-pos", manager, ReceiverPos.allocate(temp, manager, CLIENT, 98, 36, 1022, CHANNEL).id());
        kind("rcv-hwm", manager, ReceiverHwm.allocate(temp, manager, CLIENT, 99, 37, 1023, CHANNEL).id());
        kind("rcv-naks-sent", manager, ReceiverNaksSent.allocate(temp, manager, CLIENT, 100, 38, 1024, CHANNEL).id());
        kind("sub-pos", manager, SubscriberPos.allocate(temp, manager, CLIENT, 101, 39, 1025, CHANNEL, 4096).id());
        kind("snd-channel", manager, SendChannelStatus.allocate(temp, manager, 102, CHANNEL).id());
        kind("rcv-channel", manager, ReceiveChannelStatus.allocate(temp, manager, 103, CHANNEL).id());
        kind("mdc-num-dest", manager, MdcDestinations.allocate(temp, manager, 104, CHANNEL).id());
        kind("fc-receivers", manager, FlowControlReceivers.allocate(temp, manager, 105, 40, 1026, CHANNEL).id());
        kind("snd-local-sockaddr", manager, SendLocalSocketAddress.allocate(temp, manager, 106, 11).id());
        kind("rcv-local-sockaddr", manager, ReceiveLocalSocketAddress.allocate(temp, manager, 107, 12).id());
        final int heartbeat = ClientHeartbeatTimestamp.allocate(temp, manager, CLIENT).id();
        manager.setCounterRegistrationId(heartbeat, CLIENT); // as the driver does
        manager.setCounterOwnerId(heartbeat, CLIENT);
        kind("client-heartbeat", manager, heartbeat);
        kind("rcv-cc-cubic-rtt", manager,
            PerImageIndicator.allocate(temp, "rcv-cc-cubic-rtt", manager, 108, 41, 1027, CHANNEL).id());
        kind("rcv-cc-cubic-wnd", manager,
            PerImageIndicator.allocate(temp, "rcv-cc-cubic-wnd", manager, 109, 42, 1028, CHANNEL).id());
    }

    private static void kind(final String name, final CountersManager manager, final int id)
    {
        final UnsafeBuffer record = fresh(CountersReader.METADATA_LENGTH + CountersReader.COUNTER_LENGTH);
        record.putBytes(0, manager.metaDataBuffer(), CountersReader.metaDataOffset(id), CountersReader.METADATA_LENGTH);
        record.putBytes(CountersReader.METADATA_LENGTH, manager.valuesBuffer(), CountersReader.counterOffset(id),
            CountersReader.COUNTER_LENGTH);
        row("counter " + name, record);
    }

    private static void systemCounters()
    {
        final StringBuilder labels = new StringBuilder();
        for (final SystemCounterDescriptor descriptor : SystemCounterDescriptor.values())
        {
            labels.append(descriptor.id()).append(' ').append(descriptor.label()).append("\\n");
        }
        ROWS.add("  \"system counter labels\": \"" + labels + "\"");
    }

    private static void errorLog()
    {
        final long[] nowMs = { 1790000000000L };
        final UnsafeBuffer buffer = fresh(1024);
        final DistinctErrorLog log = new DistinctErrorLog(buffer, () -> nowMs[0], StandardCharsets.UTF_8);
        final Exception[] errors = { new IllegalStateException("the first"), new RuntimeException("the second, \u00e9") };
        for (int i = 0; i < 5; i++)
        {
            errors[i % 2].setStackTrace(new StackTraceElement[0]);
            nowMs[0]++;
            log.record(errors[i % 2]);
        }
        row("ErrorLog", buffer);
    }

    private static void lossReport()
    {
        final UnsafeBuffer buffer = fresh(4096);
        final LossReport report = new LossReport(buffer);
        report.createEntry(1408, 1790000000001L, -5, 1001, CHANNEL, "127.0.0.1:40124").recordObservation(64, 1790000000009L);
        report.createEntry(32, 1790000000002L, 6, -1002, "aeron:udp?endpoint=x:1", "[::1]:9");
        row("LossReport", buffer);
    }

    /** Each field has a value of its own; two terms filled. */
    private static void logMetadata()
    {
        final UnsafeBuffer buffer = fresh(LogBufferDescriptor.LOG_META_DATA_LENGTH);
        LogBufferDescriptor.initialTermId(buffer, Integer.MAX_VALUE);
        LogBufferDescriptor.correlationId(buffer, 90);
        LogBufferDescriptor.mtuLength(buffer, 2048);
        LogBufferDescriptor.termLength(buffer, 65536);
        LogBufferDescriptor.pageSize(buffer, 4096);
        LogBufferDescriptor.publicationWindowLength(buffer, 32768);
        LogBufferDescriptor.receiverWindowLength(buffer, 16384);
        LogBufferDescriptor.socketSndbufLength(buffer, 201);
        LogBufferDescriptor.osDefaultSocketSndbufLength(buffer, 202);
        LogBufferDescriptor.osMaxSocketSndbufLength(buffer, 203);
        LogBufferDescriptor.socketRcvbufLength(buffer, 204);
        LogBufferDescriptor.osDefaultSocketRcvbufLength(buffer, 205);
        LogBufferDescriptor.osMaxSocketRcvbufLength(buffer, 206);
        LogBufferDescriptor.maxResend(buffer, 17);
        LogBufferDescriptor.entityTag(buffer, 0x7EDCBA9876543210L);
        LogBufferDescriptor.responseCorrelationId(buffer, 91);
        LogBufferDescriptor.lingerTimeoutNs(buffer, 5_000_000_001L);
        LogBufferDescriptor.untetheredWindowLimitTimeoutNs(buffer, 5_000_000_002L);
        LogBufferDescriptor.untetheredRestingTimeoutNs(buffer, 5_000_000_003L);
        LogBufferDescriptor.untetheredLingerTimeoutNs(buffer, 5_000_000_004L);
        LogBufferDescriptor.group(buffer, true);
        LogBufferDescriptor.isResponse(buffer, false);
        LogBufferDescriptor.rejoin(buffer, true);
        LogBufferDescriptor.reliable(buffer, false);
        LogBufferDescriptor.sparse(buffer, true);
        LogBufferDescriptor.signalEos(buffer, false);
        LogBufferDescriptor.spiesSimulateConnection(buffer, true);
        LogBufferDescriptor.tether(buffer, true);
        LogBufferDescriptor.type(buffer, LogBufferDescriptor.LOG_BUFFER_TYPE_EXCLUSIVE_PUBLICATION);
        final UnsafeBuffer header = DataHeaderFlyweight.createDefaultHeader(0, 0, 0);
        new DataHeaderFlyweight(header).termOffset(0).sessionId(-77).streamId(1007).termId(Integer.MAX_VALUE);
        LogBufferDescriptor.storeDefaultFrameHeader(buffer, header);
        LogBufferDescriptor.initialiseTailWithTermId(buffer, 0, Integer.MAX_VALUE);
        for (int i = 1; i < LogBufferDescriptor.PARTITION_COUNT; i++)
        {
            LogBufferDescriptor.initialiseTailWithTermId(
                buffer, i, Integer.MAX_VALUE + i - LogBufferDescriptor.PARTITION_COUNT);
        }
        LogBufferDescriptor.endOfStreamPosition(buffer, Long.MAX_VALUE);
        row("LogMetadataOfNewLog", buffer);
        LogBufferDescriptor.rotateLog(buffer, 0, Integer.MAX_VALUE);
        LogBufferDescriptor.rotateLog(buffer, 1, Integer.MIN_VALUE);
        LogBufferDescriptor.isConnected(buffer, true);
        LogBufferDescriptor.activeTransportCount(buffer, 3);
        LogBufferDescriptor.isPublicationRevoked(buffer, true);
        LogBufferDescriptor.endOfStreamPosition(buffer, 4096);
        row("LogMetadataInUse", buffer);
    }

    private static void frames()
    {
        frame("PadFrame", 4096, 0xC0, DataHeaderFlyweight.HDR_TYPE_PAD);
        frame("Heartbeat", 0, 0xC0, DataHeaderFlyweight.HDR_TYPE_DATA);
        frame("HeartbeatAtEndOfStream", 0, DataHeaderFlyweight.BEGIN_END_AND_EOS_FLAGS, DataHeaderFlyweight.HDR_TYPE_DATA);
        frame("HeartbeatOfRevoked", 0, DataHeaderFlyweight.BEGIN_END_EOS_AND_REVOKED_FLAGS,
            DataHeaderFlyweight.HDR_TYPE_DATA);
        final UnsafeBuffer buffer = fresh(128);
        final HeaderFlyweight header = new HeaderFlyweight(buffer);
        header.version((short)0).flags((short)0).headerType(HeaderFlyweight.HDR_TYPE_RES);
        int length = HeaderFlyweight.MIN_HEADER_LENGTH;
        for (final String name : new String[]{ "driver-a", "b" })
        {
            final ResolutionEntryFlyweight entry = new ResolutionEntryFlyweight(buffer.byteBuffer());
            entry.wrap(buffer, length, buffer.capacity() - length);
            entry.resType(ResolutionEntryFlyweight.RES_TYPE_NAME_TO_IP4_MD)
                .flags(length == HeaderFlyweight.MIN_HEADER_LENGTH ? ResolutionEntryFlyweight.SELF_FLAG : (short)0)
                .udpPort(8050).ageInMs(250).putAddress(new byte[]{ 10, 1, 2, (byte)length }).putName(name.getBytes(
                StandardCharsets.US_ASCII));
            length += entry.entryLength();
        }
        header.frameLength(length);
        final UnsafeBuffer frame = fresh(length);
        frame.putBytes(0, buffer, 0, length);
        row("ResolutionFrame", frame);
    }

    private static void frame(final String name, final int frameLength, final int flags, final int type)
    {
        final UnsafeBuffer buffer = fresh(DataHeaderFlyweight.HEADER_LENGTH);
        final DataHeaderFlyweight frame = new DataHeaderFlyweight(buffer);
        frame.frameLength(frameLength).version((short)0).flags((short)flags).headerType(type);
        frame.termOffset(8192).sessionId(-11).streamId(1008).termId(-12);
        row(name, buffer);
    }
}
