package dev.rodingateway.api.connection;

import io.netty.buffer.ByteBuf;

/** Tracks the frames that an HTTP/2 connection receives, to determine how many bytes belong to incomplete ones. */
final class Http2FrameTracker {

    /** The octets that a client sends before its first frame. */
    static final int PREFACE = 24;

    private static final int FRAME_HEADER = 9;
    private static final int LENGTH_OCTETS = 3;
    private static final int TYPE = 3;
    private static final int FLAGS = 4;
    private static final int TYPE_HEADERS = 1;
    private static final int TYPE_CONTINUATION = 9;
    private static final int END_HEADERS = 4;

    private int preface;
    private int headerRead;
    private int length;
    private int payloadRead;
    private boolean endsHeaders;
    private boolean inHeaders;
    private int headersRead;
    private int completed;

    /**
     * Creates a tracker at the start of a connection.
     *
     * @param preface the number of octets of the preface that have not been received yet
     */
    Http2FrameTracker(int preface) {
        this.preface = preface;
    }

    /** Processes received bytes without consuming them. */
    void received(ByteBuf in) {
        int index = in.readerIndex();
        int end = in.writerIndex();
        while (index < end) {
            if (preface > 0) {
                int read = Math.min(preface, end - index);
                preface -= read;
                index += read;
            } else if (headerRead < FRAME_HEADER) {
                header(in.getUnsignedByte(index++));
            } else {
                int read = Math.min(length - payloadRead, end - index);
                payloadRead += read;
                index += read;
            }
            if (headerRead == FRAME_HEADER && payloadRead == length) {
                frameEnded();
            }
        }
    }

    /** Returns the bytes of a frame, or of a header list in several frames, that has begun and is not complete. */
    int unfinished() {
        return headerRead + payloadRead + headersRead;
    }

    /** Returns how many frames and header lists were complete so far; wraps around. */
    int completed() {
        return completed;
    }

    private void header(int octet) {
        if (headerRead < LENGTH_OCTETS) {
            length = (length << Byte.SIZE) | octet;
        } else if (headerRead == TYPE) {
            inHeaders = octet == TYPE_HEADERS || octet == TYPE_CONTINUATION;
        } else if (headerRead == FLAGS) {
            endsHeaders = (octet & END_HEADERS) != 0;
        }
        headerRead++;
    }

    private void frameEnded() {
        if (inHeaders && !endsHeaders) {
            headersRead += length + FRAME_HEADER;
        } else {
            headersRead = 0;
            completed++;
        }
        headerRead = 0;
        payloadRead = 0;
        length = 0;
    }
}
