package dev.freshet.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.util.internal.PlatformDependent;
import java.io.FileNotFoundException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The transport of an {@link SseServer}. Thread-safe. */
public enum Transport {
    /**
     * epoll if it is available, else NIO. io_uring costs the same for a delivery, so it is used only if it is chosen.
     */
    AUTO,
    /**
     * The JDK's selector, available everywhere. A vanished peer is detected late: {@link
     * SseServer.Builder#nioMaxLifetime}.
     */
    NIO,
    /**
     * Linux epoll; requires {@code netty-transport-native-epoll} at run time. A vanished peer is detected after {@link
     * SseHandler.Builder#writeTimeout}.
     */
    EPOLL,
    /**
     * Linux io_uring; requires Netty 4.2, {@code netty-transport-native-io_uring} at run time and a kernel that permits
     * it. A vanished peer is detected as with {@link #EPOLL}.
     */
    IO_URING;

    /** Returns the name on command lines and in messages. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    Transport resolved() {
        if (this == AUTO) {
            return EPOLL.whyUnavailable() == null ? EPOLL : NIO;
        }
        Throwable reason = whyUnavailable();
        if (reason != null) {
            throw new IllegalStateException("transport: " + this + " is not available here: " + advice(reason), reason);
        }
        return this;
    }

    private @Nullable Throwable whyUnavailable() {
        try {
            return switch (this) {
                case EPOLL -> Epoll.unavailabilityCause();
                case IO_URING -> IoUring.unavailabilityCause();
                case AUTO, NIO -> null;
            };
        } catch (LinkageError e) {
            return e; // the optional jar is absent
        }
    }

    /** Returns the advice for a transport that is unavailable; empty if there is none. */
    private String advice(Throwable reason) {
        if (this == IO_URING && !NettyVersion.IS_42) {
            return "it needs Netty 4.2";
        }
        boolean missing = reason instanceof NoClassDefFoundError || isForWantOfAFile(reason);
        String os = PlatformDependent.normalizedOs();
        if (missing && os.equals("linux")) {
            return "it needs io.netty:netty-transport-native-" + this + ", classifier " + os + "-"
                    + PlatformDependent.normalizedArch();
        }
        return missing ? "it needs Linux" : reason.toString();
    }

    private static boolean isForWantOfAFile(@Nullable Throwable reason) {
        return reason != null
                && (reason instanceof FileNotFoundException
                        || Stream.concat(Stream.ofNullable(reason.getCause()), Arrays.stream(reason.getSuppressed()))
                                .anyMatch(Transport::isForWantOfAFile));
    }

    /**
     * Sets the options by which the kernel ends connections whose peer acknowledges nothing, or takes nothing:
     * heartbeats are so small that a socket's buffer holds hours of them. NIO has no such option. There the kernel's
     * keep-alive ends connections that nothing is sent to. Those that something is sent to end only by its
     * retransmissions, after 15 minutes or more.
     */
    void noticeDeadPeers(ServerBootstrap bootstrap, Duration after) {
        int millis = Math.toIntExact(Math.min(after.toMillis(), Integer.MAX_VALUE));
        switch (this) {
            case EPOLL -> bootstrap.childOption(EpollChannelOption.TCP_USER_TIMEOUT, millis);
            case IO_URING -> bootstrap.childOption(IoUringChannelOption.TCP_USER_TIMEOUT, millis);
            case AUTO, NIO -> bootstrap.childOption(ChannelOption.SO_KEEPALIVE, true);
        }
    }

    ServerChannel serverChannel() {
        return switch (this) {
            case EPOLL -> new EpollServerSocketChannel();
            case IO_URING -> new IoUringServerSocketChannel();
            case AUTO, NIO -> new NioServerSocketChannel();
        };
    }
}
