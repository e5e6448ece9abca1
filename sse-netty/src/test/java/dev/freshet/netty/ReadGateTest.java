package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client that does not take its answers is not read. */
class ReadGateTest extends ServerFixture {
    private static final int MANY = 60_000;

    private int reads;
    private final EmbeddedChannel channel = new EmbeddedChannel(
            new ChannelOutboundHandlerAdapter() {
                @Override
                public void read(ChannelHandlerContext ctx) {
                    reads++;
                }
            },
            new ReadGate());

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    private void writable(boolean writable) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
        channel.runPendingTasks(); // which tells the handlers
    }

    @Test
    void aFullChannelIsReadAgainOnceItIsWritable() {
        reads = 0;
        writable(false);
        channel.read();
        channel.read();
        assertThat(channel.config().isAutoRead()).isFalse();
        assertThat(reads).isZero();
        writable(true);
        assertThat(channel.config().isAutoRead()).isTrue();
        assertThat(reads).isEqualTo(1);
    }

    @Test
    void aChannelThatDoesNotReadByItselfIsReadOnlyWhereThatWasAskedFor() {
        channel.config().setAutoRead(false);
        reads = 0;
        writable(false);
        writable(true);
        assertThat(reads).isZero();
        writable(false);
        channel.read();
        assertThat(reads).isZero();
        writable(true);
        assertThat(reads).isEqualTo(1);
        assertThat(channel.config().isAutoRead()).isFalse();
    }

    @Test
    void readingThatIsTurnedOnWhileTheChannelIsFullBeginsOnceItIsWritable() {
        channel.config().setAutoRead(false);
        reads = 0;
        writable(false);
        channel.config().setAutoRead(true);
        assertThat(reads).isZero();
        writable(true);
        assertThat(channel.config().isAutoRead()).isTrue();
        assertThat(reads).isEqualTo(1);
    }

    @Test
    void whoPipelinesAndReadsNothingIsNotReadAndHoldsUpNobody() throws Exception {
        CompletableFuture<Void> paused = new CompletableFuture<>();
        SseServer server = start(local().requests(pipeline -> pipeline.addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
                        if (!ctx.channel().config().isAutoRead()) {
                            paused.complete(null);
                        }
                        ctx.fireChannelWritabilityChanged();
                    }
                }))
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        RawSseClient deaf = client(server, 4 << 10);
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
            try {
                deaf.send("X /events HTTP/1.1\r\n\r\n".repeat(MANY));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        paused.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        RawSseClient other = follower(server);
        publish("a");
        assertThat(other.readEvent().data()).isEqualTo("a");
        for (int i = 0; i < MANY; i++) {
            RawSseClient.Head head = deaf.readHead();
            assertThat(head.status()).isEqualTo(405);
            body(deaf, head);
        }
        sent.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
