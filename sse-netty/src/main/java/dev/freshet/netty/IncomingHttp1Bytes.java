package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DefaultHeaders.NameValidator;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * The counter of bytes that the codec of an HTTP/1.1 connection holds of an incomplete head or of incomplete trailers:
 * the received bytes, and the heap that the fields take in addition. Stands before the codec. If the limits do not
 * allow them, the request is refused. The handler is removed when a hub's stream begins. Confined to the channel's
 * event loop.
 */
final class IncomingHttp1Bytes extends IncomingCodecBytes {
    private final EventLoop loop;
    /** The number of bytes of text that the codec holds. */
    private int text;

    /** The fields that the codec is decoding, or null. */
    private @Nullable HttpHeaders fields;

    /** Whether the codec is decoding. */
    private boolean decoding;
    /** Whether the codec has produced a part of a message from the last input. */
    private boolean decoded;

    /** Whether the codec is decoding a body. */
    private boolean inBody;

    IncomingHttp1Bytes(IncomingConnectionBudget budget, EventLoop loop) {
        super(budget);
        this.loop = loop;
    }

    /** Creates the codec whose bytes are counted. */
    HttpServerCodec codec(Limits limits) {
        assert loop.inEventLoop();
        return new HttpServerCodec(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.requestLineBytes())
                .setMaxHeaderSize(limits.headerBytes())
                .setHeadersFactory(new Fields(DefaultHttpHeadersFactory.headersFactory()))
                .setTrailersFactory(new Fields(DefaultHttpHeadersFactory.trailersFactory())));
    }

    /** Called before the codec adds a field; throws as the codec does for a field that is too long. */
    private void countField() {
        if (decoding && fields != null && !bytes.add(IncomingBudget.FIELD_BYTES)) {
            throw new IncomingOverBudgetException();
        }
    }

    private final class Fields implements HttpHeadersFactory {
        private final HttpHeadersFactory factory;

        /** Creates a factory of counted fields. They keep the validator, and may be changed later on any thread. */
        Fields(DefaultHttpHeadersFactory validating) {
            NameValidator<CharSequence> names = validating.getNameValidator();
            this.factory = validating.withNameValidator(name -> {
                names.validateName(name);
                if (loop.inEventLoop()) {
                    countField();
                }
            });
        }

        @Override
        public HttpHeaders newHeaders() {
            HttpHeaders made = factory.newHeaders();
            fields = made;
            return made;
        }

        @Override
        public HttpHeaders newEmptyHeaders() {
            return factory.newEmptyHeaders();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (isRefused()) {
            ReferenceCountUtil.release(msg);
        } else if (msg instanceof ByteBuf in) {
            read(ctx, in.retain());
        } else {
            ctx.fireChannelRead(msg);
        }
    }

    private void read(ChannelHandlerContext ctx, ByteBuf in) {
        try {
            int received = in.readableBytes();
            int afterLastLine = afterLastLine(in);
            decoded = false;
            decoding = true;
            ctx.fireChannelRead(in);
            decoding = false;
            if (ctx.isRemoved()) {
                return;
            }
            if (!decoded) {
                text += received;
            } else {
                // A codec that held no bytes reads this buffer itself; else it reads a copy, of which it holds the
                // unfinished line.
                int left = text == 0 ? in.readableBytes() : inBody ? 0 : afterLastLine;
                text = left + (fields == null ? 0 : IncomingBudget.textSize(fields));
            }
        } finally {
            in.release();
        }
        if (!bytes.hold(text + (fields == null ? 0 : IncomingBudget.fieldsSize(fields)))) {
            refuse();
        }
    }

    /** Returns the number of bytes after the last line feed. */
    private static int afterLastLine(ByteBuf in) {
        int lineFeed = in.indexOf(in.writerIndex(), in.readerIndex(), (byte) '\n');
        return in.writerIndex() - (lineFeed < 0 ? in.readerIndex() : lineFeed + 1);
    }

    /** Called with each part that the codec has produced. */
    void decoded(HttpObject part) {
        assert loop.inEventLoop();
        decoded = true;
        fields = null;
        bytes.hold(0);
        inBody = !(part instanceof LastHttpContent);
    }

    @Override
    void respond(ChannelHandlerContext ctx) {
        ChannelHandlerContext codec = ctx.pipeline().context(HttpServerCodec.class);
        codec.fireChannelRead(IncomingOverBudgetException.inPlaceOf(!inBody));
        codec.fireChannelReadComplete();
    }
}
