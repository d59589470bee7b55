package dev.rodingateway.api.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Http2FrameTrackerTest {

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int CONTINUATION = 9;
    private static final int END_HEADERS = 4;

    private final Http2FrameTracker tracker = new Http2FrameTracker(24);
    private final ByteBuf bytes = Unpooled.buffer().writeZero(24);

    @Test
    void completeFramesCountAsNoBytesHoweverTheyAreSplit() {
        for (int i = 0; i < 20; i++) {
            frame(DATA, 0, i * 100);
            frame(HEADERS, 0, 300);
            frame(CONTINUATION, 0, 0);
            frame(CONTINUATION, END_HEADERS, 70_000);
        }
        Random random = new Random(7);

        while (bytes.isReadable()) {
            tracker.received(bytes.readSlice(Math.min(bytes.readableBytes(), random.nextInt(1, 2000))));
        }

        assertThat(tracker.unfinished()).isZero();
        assertThat(tracker.completed()).isEqualTo(20 * 2);
    }

    @Test
    void partOfAFrameCounts() {
        frame(DATA, 0, 50);

        tracker.received(bytes.readSlice(24 + 9 + 20));

        assertThat(tracker.unfinished()).isEqualTo(9 + 20);
        assertThat(tracker.completed()).isZero();
    }

    @Test
    void headerListCountsUntilItsLastFrame() {
        frame(HEADERS, 0, 10);
        frame(CONTINUATION, 0, 20);

        tracker.received(bytes);

        assertThat(tracker.unfinished()).isEqualTo(9 + 10 + 9 + 20);
        assertThat(tracker.completed()).isZero();
    }

    private void frame(int type, int flags, int length) {
        bytes.writeMedium(length).writeByte(type).writeByte(flags).writeInt(1).writeZero(length);
    }
}
