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
 * Counts what an HTTP/1.1 connection's codec holds of a head, or of trailers, that is not complete: the bytes as they came,
 * and what their fields take beside. Stands before the codec, and has the connection's request refused where there is no
 * room for it. A stream's beginning takes it away. Confined to the channel's event loop.
 */
final class IncomingHttp1Bytes extends IncomingCodecBytes {
    private final EventLoop loop;
    private int text;
    /** Those that the codec fills, or null. */
    private @Nullable HttpHeaders fields;

    /** The codec is at work. */
    private boolean decoding;
    /** The codec has made something of what was read last. */
    private boolean decoded;

    private boolean inBody;

    IncomingHttp1Bytes(IncomingConnectionBudget budget, EventLoop loop) {
        super(budget);
        this.loop = loop;
    }

    /** The codec whose bytes it counts. */
    HttpServerCodec codec(Limits limits) {
        return new HttpServerCodec(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.requestLineBytes())
                .setMaxHeaderSize(limits.headerBytes())
                .setHeadersFactory(new Fields(DefaultHttpHeadersFactory.headersFactory()))
                .setTrailersFactory(new Fields(DefaultHttpHeadersFactory.trailersFactory())));
    }

    /** Before the codec adds a field: as it would fail for one that is too long. */
    private void countField() {
        if (decoding && fields != null && !bytes.add(IncomingBudget.FIELD_BYTES)) {
            throw new IncomingOverBudgetException();
        }
    }

    private final class Fields implements HttpHeadersFactory {
        private final HttpHeadersFactory factory;

        /** The validator goes with the fields, to whoever changes them later on any thread. */
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
            int came = in.readableBytes();
            int afterLastLine = afterLastLine(in);
            decoded = false;
            decoding = true;
            ctx.fireChannelRead(in);
            decoding = false;
            if (ctx.isRemoved()) {
                return;
            }
            if (!decoded) {
                text += came;
            } else {
                // A codec that held nothing has taken the buffer itself, and else a copy: the end of a line is left of
                // it.
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

    /** How many bytes have come of a line that has not ended. */
    private static int afterLastLine(ByteBuf in) {
        int lineFeed = in.indexOf(in.writerIndex(), in.readerIndex(), (byte) '\n');
        return in.writerIndex() - (lineFeed < 0 ? in.readerIndex() : lineFeed + 1);
    }

    /** The codec has made this. */
    void decoded(HttpObject part) {
        decoded = true;
        fields = null;
        bytes.hold(0);
        inBody = !(part instanceof LastHttpContent);
    }

    @Override
    void tell(ChannelHandlerContext ctx) {
        ChannelHandlerContext codec = ctx.pipeline().context(HttpServerCodec.class);
        codec.fireChannelRead(IncomingOverBudgetException.inPlaceOf(!inBody));
        codec.fireChannelReadComplete();
    }
}
