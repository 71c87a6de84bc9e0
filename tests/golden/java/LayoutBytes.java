// SPDX-License-Identifier: Apache-2.0
/*
 * Prints one message of each layout as the reference encodes it, for layouts.test.ts:
 *   java --add-opens java.base/jdk.internal.misc=ALL-UNNAMED -cp aeron-all-1.51.0.jar LayoutBytes.java > layouts.golden.json
 */

import io.aeron.AeronVersion;
import io.aeron.CncFileDescriptor;
import io.aeron.command.*;
import io.aeron.driver.status.*;
import io.aeron.ErrorCode;
import io.aeron.logbuffer.LogBufferDescriptor;
import io.aeron.protocol.*;
import io.aeron.status.*;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

public class LayoutBytes
{
    private static final long CLIENT = 0x123456789AL;
    private static final long CORRELATION = 0x1FFFFFFFFFFFFFL;
    private static final String CHANNEL = "aeron:udp?endpoint=localhost:40123|alias=golden";
    private static final List<String> ROWS = new ArrayList<>();

    public static void main(final String[] args) throws Exception
    {
        ROWS.add("  \"reference\": \"" + AeronVersion.VERSION + "\"");
        numbers("message type ids", ControlProtocolEvents.class, "");
        numbers("frame types", HeaderFlyweight.class, "HDR_TYPE_");
        errorCodes();
        commands();
        events();
        frames();
        resolution();
        descriptors();
        counters();
        System.out.println("{\n" + String.join(",\n", ROWS) + "\n}");
    }

    private static UnsafeBuffer fresh()
    {
        return aligned(4096);
    }

    private static UnsafeBuffer aligned(final int length)
    {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(length, 64));
    }

    private static void row(final String name, final UnsafeBuffer buffer, final int length)
    {
        int end = length;
        while (length > 256 && end > 0 && 0 == buffer.getByte(end - 1))
        {
            end--; // long rows end where the zeros begin
        }
        final StringBuilder hex = new StringBuilder();
        for (int i = 0; i < end; i++)
        {
            hex.append(String.format("%02x", buffer.getByte(i)));
        }
        ROWS.add("  \"" + name + "\": \"" + hex + "\"");
    }

    /** The constants of a class whose names start so. */
    private static void numbers(final String name, final Class<?> type, final String prefix) throws Exception
    {
        final List<String> numbers = new ArrayList<>();
        for (final var field : type.getFields())
        {
            if (field.getType() == int.class && field.getName().startsWith(prefix))
            {
                numbers.add(field.getName().substring(prefix.length()) + "=" + field.getInt(null));
            }
        }
        ROWS.add("  \"" + name + "\": \"" + String.join(" ", numbers) + "\"");
    }

    private static void errorCodes()
    {
        final List<String> codes = new ArrayList<>();
        for (final ErrorCode code : ErrorCode.values())
        {
            codes.add(code.name() + "=" + code.value());
        }
        ROWS.add("  \"error codes\": \"" + String.join(" ", codes) + "\"");
    }

    private static <T extends CorrelatedMessageFlyweight> T correlated(final T message, final UnsafeBuffer buffer)
    {
        message.wrap(buffer, 0);
        message.clientId(CLIENT);
        message.correlationId(CORRELATION);
        return message;
    }

    private static void commands()
    {
        UnsafeBuffer buffer = fresh();
        correlated(new CorrelatedMessageFlyweight(), buffer);
        row("CorrelatedCommand", buffer, CorrelatedMessageFlyweight.LENGTH);

        buffer = fresh();
        final PublicationMessageFlyweight publication = correlated(new PublicationMessageFlyweight(), buffer);
        publication.streamId(-1001).channel(CHANNEL);
        row("AddPublication", buffer, publication.length());

        buffer = fresh();
        final RemovePublicationFlyweight removePublication = correlated(new RemovePublicationFlyweight(), buffer);
        removePublication.registrationId(77);
        removePublication.revoke(true);
        row("RemovePublication", buffer, RemovePublicationFlyweight.length());

        buffer = fresh();
        final SubscriptionMessageFlyweight subscription = correlated(new SubscriptionMessageFlyweight(), buffer);
        subscription.registrationCorrelationId(-1).streamId(1002).channel(CHANNEL);
        row("AddSubscription", buffer, subscription.length());

        buffer = fresh();
        correlated(new RemoveSubscriptionFlyweight(), buffer).registrationId(78);
        row("RemoveSubscription", buffer, RemoveSubscriptionFlyweight.length());

        buffer = fresh();
        final DestinationMessageFlyweight destination = correlated(new DestinationMessageFlyweight(), buffer);
        destination.registrationCorrelationId(79).channel(CHANNEL);
        row("DestinationCommand", buffer, destination.length());

        buffer = fresh();
        final DestinationByIdMessageFlyweight byId = correlated(new DestinationByIdMessageFlyweight(), buffer);
        byId.resourceRegistrationId(80).destinationRegistrationId(81);
        row("RemoveDestinationById", buffer, DestinationByIdMessageFlyweight.MESSAGE_LENGTH);

        final UnsafeBuffer key = new UnsafeBuffer(new byte[]{ 1, 2, 3, 4, 5 });
        buffer = fresh();
        final CounterMessageFlyweight counter = correlated(new CounterMessageFlyweight(), buffer);
        counter.typeId(1101).keyBuffer(key, 0, 5).label("golden counter");
        row("AddCounter", buffer, counter.length());

        buffer = fresh();
        correlated(new RemoveCounterFlyweight(), buffer).registrationId(82);
        row("RemoveCounter", buffer, RemoveCounterFlyweight.length());

        buffer = fresh();
        final StaticCounterMessageFlyweight staticCounter = correlated(new StaticCounterMessageFlyweight(), buffer);
        staticCounter.registrationId(83).typeId(1102).keyBuffer(key, 0, 5).label("static");
        row("AddStaticCounter", buffer, staticCounter.length());

        buffer = fresh();
        final TerminateDriverFlyweight terminate = correlated(new TerminateDriverFlyweight(), buffer);
        terminate.tokenBuffer(key, 1, 3);
        row("TerminateDriver", buffer, terminate.length());

        buffer = fresh();
        final RejectImageFlyweight reject = correlated(new RejectImageFlyweight(), buffer);
        reject.imageCorrelationId(84).position(1L << 40).reason("no reason");
        row("RejectImage", buffer, RejectImageFlyweight.computeLength("no reason"));

        buffer = fresh();
        correlated(new GetNextAvailableSessionIdMessageFlyweight(), buffer).streamId(1003);
        row("GetNextAvailableSessionId", buffer, GetNextAvailableSessionIdMessageFlyweight.LENGTH);
    }

    private static void events() throws Exception
    {
        UnsafeBuffer buffer = fresh();
        final ErrorResponseFlyweight error = new ErrorResponseFlyweight().wrap(buffer, 0);
        error.offendingCommandCorrelationId(CORRELATION).errorCode(ErrorCode.STORAGE_SPACE).errorMessage("disk full");
        row("OnError", buffer, error.length());

        buffer = fresh();
        final ImageBuffersReadyFlyweight image = new ImageBuffersReadyFlyweight().wrap(buffer, 0);
        image.correlationId(CORRELATION).sessionId(-7).streamId(1004).subscriptionRegistrationId(85)
            .subscriberPositionId(12).logFileName("/dev/shm/aeron/images/9.logbuffer").sourceIdentity("10.0.0.1:40123");
        row("OnAvailableImage", buffer, image.length());

        buffer = fresh();
        final PublicationBuffersReadyFlyweight ready = new PublicationBuffersReadyFlyweight().wrap(buffer, 0);
        ready.correlationId(CORRELATION).registrationId(86).sessionId(-8).streamId(1005).publicationLimitCounterId(13)
            .channelStatusCounterId(-1).logFileName("/dev/shm/aeron/publications/8.logbuffer");
        row("OnPublicationReady", buffer, ready.length());

        buffer = fresh();
        new SubscriptionReadyFlyweight().wrap(buffer, 0).correlationId(CORRELATION).channelStatusCounterId(14);
        row("OnSubscriptionReady", buffer, SubscriptionReadyFlyweight.LENGTH);

        buffer = fresh();
        new OperationSucceededFlyweight().wrap(buffer, 0).correlationId(CORRELATION);
        row("OnOperationSuccess", buffer, OperationSucceededFlyweight.LENGTH);

        buffer = fresh();
        final ImageMessageFlyweight unavailable = new ImageMessageFlyweight().wrap(buffer, 0);
        unavailable.correlationId(CORRELATION).subscriptionRegistrationId(87).streamId(1006).channel(CHANNEL);
        row("OnUnavailableImage", buffer, unavailable.length());

        buffer = fresh();
        new CounterUpdateFlyweight().wrap(buffer, 0).correlationId(CORRELATION).counterId(15);
        row("OnCounter", buffer, CounterUpdateFlyweight.LENGTH);

        buffer = fresh();
        new StaticCounterFlyweight().wrap(buffer, 0).correlationId(CORRELATION).counterId(16);
        row("OnStaticCounter", buffer, StaticCounterFlyweight.LENGTH);

        buffer = fresh();
        new ClientTimeoutFlyweight().wrap(buffer, 0).clientId(CLIENT);
        row("OnClientTimeout", buffer, ClientTimeoutFlyweight.LENGTH);

        buffer = fresh();
        publicationError(buffer, "192.168.1.2", "OnPublicationError");
        buffer = fresh();
        publicationError(buffer, "2001:db8::7", "OnPublicationErrorIpv6");

        buffer = fresh();
        new NextAvailableSessionIdFlyweight().wrap(buffer, 0).correlationId(CORRELATION).nextSessionId(-9);
        row("OnNextAvailableSessionId", buffer, NextAvailableSessionIdFlyweight.LENGTH);
    }

    private static void publicationError(final UnsafeBuffer buffer, final String address, final String name)
        throws Exception
    {
        final PublicationErrorFrameFlyweight error = new PublicationErrorFrameFlyweight().wrap(buffer, 0);
        error.registrationId(88).destinationRegistrationId(-1).sessionId(-10).streamId(1007)
            .receiverId(0xFEDCBA9876543210L).groupTag(-1)
            .sourceAddress(new InetSocketAddress(InetAddress.getByName(address), 54321))
            .errorCode(ErrorCode.IMAGE_REJECTED).errorMessage("rejected");
        row(name, buffer, error.length());
    }

    private static void frames()
    {
        UnsafeBuffer buffer = fresh();
        final DataHeaderFlyweight data = new DataHeaderFlyweight(buffer);
        data.frameLength(1376).version((short)0).flags((short)0xB0).headerType(DataHeaderFlyweight.HDR_TYPE_DATA);
        data.termOffset(4096).sessionId(-11).streamId(1008).termId(-12);
        data.reservedValue(0xFEDCBA9876543210L);
        row("DataHeader", buffer, DataHeaderFlyweight.HEADER_LENGTH);

        buffer = fresh();
        final NakFlyweight nak = new NakFlyweight(buffer);
        nak.frameLength(NakFlyweight.HEADER_LENGTH).version((short)0).flags((short)0).headerType(2);
        nak.sessionId(-13).streamId(1009).termId(14).termOffset(64).length(1408);
        row("Nak", buffer, NakFlyweight.HEADER_LENGTH);

        buffer = fresh();
        statusMessage(buffer, null);
        row("StatusMessage", buffer, StatusMessageFlyweight.HEADER_LENGTH);
        buffer = fresh();
        statusMessage(buffer, -5L);
        row("StatusMessageWithGroupTag", buffer, StatusMessageFlyweight.HEADER_LENGTH + 8);

        buffer = fresh();
        final ErrorFlyweight error = new ErrorFlyweight(new UnsafeBuffer(buffer));
        error.version((short)0).flags((short)0).headerType(4);
        error.sessionId(-17).streamId(1011).receiverId(0x0123456789ABCDEFL).groupTag(99L).errorCode(13);
        error.errorMessage("bad stream");
        row("ErrorFrame", buffer, error.frameLength());

        buffer = fresh();
        final ErrorFlyweight untagged = new ErrorFlyweight(new UnsafeBuffer(buffer));
        untagged.version((short)0).flags((short)0).headerType(4);
        untagged.sessionId(-17).streamId(1011).receiverId(0x0123456789ABCDEFL).groupTag(null).errorCode(13);
        untagged.errorMessage("bad stream");
        row("ErrorFrameWithoutGroupTag", buffer, untagged.frameLength());

        buffer = fresh();
        final SetupFlyweight setup = new SetupFlyweight(buffer);
        setup.frameLength(SetupFlyweight.HEADER_LENGTH).version((short)0).flags((short)0xC0).headerType(5);
        setup.termOffset(32).sessionId(-18).streamId(1012).initialTermId(19).activeTermId(21).termLength(1 << 24)
            .mtuLength(1408).ttl(4);
        row("Setup", buffer, SetupFlyweight.HEADER_LENGTH);

        buffer = fresh();
        final RttMeasurementFlyweight rtt = new RttMeasurementFlyweight(buffer);
        rtt.frameLength(RttMeasurementFlyweight.HEADER_LENGTH).version((short)0).flags((short)0x80).headerType(6);
        rtt.sessionId(-22).streamId(1013).echoTimestampNs(Long.MAX_VALUE - 1).receptionDelta(-25).receiverId(Long.MIN_VALUE);
        row("RttMeasurement", buffer, RttMeasurementFlyweight.HEADER_LENGTH);

        buffer = fresh();
        final ResponseSetupFlyweight response = new ResponseSetupFlyweight(buffer);
        response.frameLength(ResponseSetupFlyweight.HEADER_LENGTH).version((short)0).flags((short)0).headerType(11);
        response.sessionId(-26).streamId(1014).responseSessionId(27);
        row("ResponseSetup", buffer, ResponseSetupFlyweight.HEADER_LENGTH);
    }

    private static void statusMessage(final UnsafeBuffer buffer, final Long groupTag)
    {
        final StatusMessageFlyweight status = new StatusMessageFlyweight(buffer);
        status.version((short)0).flags((short)0xC0).headerType(3);
        status.sessionId(-15).streamId(1010).consumptionTermId(16).consumptionTermOffset(128)
            .receiverWindowLength(131072).receiverId(0xFEDCBA9876543210L).groupTag(groupTag);
    }

    private static void resolution() throws Exception
    {
        resolutionEntry("ResolutionEntryIpv4", ResolutionEntryFlyweight.RES_TYPE_NAME_TO_IP4_MD, "10.1.2.3", "driver-a");
        resolutionEntry("ResolutionEntryIpv6", ResolutionEntryFlyweight.RES_TYPE_NAME_TO_IP6_MD, "2001:db8::1", "b");
    }

    private static void resolutionEntry(final String name, final byte type, final String address, final String host)
        throws Exception
    {
        final UnsafeBuffer buffer = fresh();
        final ResolutionEntryFlyweight entry = new ResolutionEntryFlyweight(buffer);
        entry.resType(type).flags(ResolutionEntryFlyweight.SELF_FLAG).udpPort(54322).ageInMs(1500)
            .putAddress(InetAddress.getByName(address).getAddress()).putName(host.getBytes(StandardCharsets.US_ASCII));
        row(name, buffer, entry.entryLength());
    }

    private static void descriptors()
    {
        UnsafeBuffer buffer = fresh();
        CncFileDescriptor.fillMetaData(buffer, 1049344, 1048704, 4194304, 1048576, 10_000_000_000L, 4194304, 1790000000123L,
            4242L, 4096);
        CncFileDescriptor.signalCncReady(buffer);
        row("CncMetadata", buffer, CncFileDescriptor.META_DATA_LENGTH);

        buffer = aligned(LogBufferDescriptor.LOG_META_DATA_LENGTH);
        LogBufferDescriptor.correlationId(buffer, 90);
        LogBufferDescriptor.initialTermId(buffer, -28);
        LogBufferDescriptor.mtuLength(buffer, 1408);
        LogBufferDescriptor.termLength(buffer, 65536);
        LogBufferDescriptor.pageSize(buffer, 4096);
        LogBufferDescriptor.isConnected(buffer, true);
        LogBufferDescriptor.activeTransportCount(buffer, 3);
        LogBufferDescriptor.endOfStreamPosition(buffer, Long.MAX_VALUE);
        LogBufferDescriptor.activeTermCount(buffer, 2);
        row("LogMetadata", buffer, 512);
    }

    private static void counters()
    {
        final CountersManager manager = new CountersManager(
            aligned(64 * CountersReader.METADATA_LENGTH),
            aligned(64 * CountersReader.COUNTER_LENGTH), StandardCharsets.US_ASCII);
        final UnsafeBuffer temp = fresh();
        final String longChannel = "aeron:udp?endpoint=localhost:40123|alias=" + "x".repeat(400);
        final String middleChannel = "aeron:udp?endpoint=localhost:40123|alias=" + "y".repeat(290);

        PublisherLimit.allocate(temp, manager, CLIENT, 91, -29, 1015, CHANNEL);
        metadata("pub-lmt", manager, 0);
        SubscriberPos.allocate(temp, manager, CLIENT, 92, 30, -1016, CHANNEL, 4096);
        metadata("sub-pos", manager, 1);
        SubscriberPos.allocate(temp, manager, CLIENT, 93, 31, 1017, longChannel, 4096);
        metadata("sub-pos with a long channel", manager, 2);
        SubscriberPos.allocate(temp, manager, CLIENT, 94, 32, 1018, middleChannel, 4096);
        metadata("sub-pos with a middling channel", manager, 3);
        SendChannelStatus.allocate(temp, manager, 95, CHANNEL);
        metadata("snd-channel", manager, 4);
        ReceiveChannelStatus.allocate(temp, manager, 96, longChannel);
        metadata("rcv-channel with a long channel", manager, 5);
        ReceiveLocalSocketAddress.allocate(temp, manager, 97, 6);
        metadata("rcv-local-sockaddr", manager, 6);
        ClientHeartbeatTimestamp.allocate(temp, manager, CLIENT);
        metadata("client-heartbeat", manager, 7);
        SystemCounterDescriptor.BYTES_CURRENTLY_MAPPED.newCounter(manager);
        metadata("system counter 35", manager, 8);
        SubscriberPos.allocate(temp, manager, CLIENT, 98, 33, 1019, middleChannel + "yyyyyyyyyyyy", 4096);
        metadata("sub-pos without room for a join position", manager, 9);
    }

    private static void metadata(final String name, final CountersManager manager, final int id)
    {
        final UnsafeBuffer record = aligned(CountersReader.METADATA_LENGTH);
        record.putBytes(0, manager.metaDataBuffer(), CountersReader.metaDataOffset(id), CountersReader.METADATA_LENGTH);
        row("counter " + name, record, CountersReader.METADATA_LENGTH);
    }
}
