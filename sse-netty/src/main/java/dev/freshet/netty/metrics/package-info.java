/** Metrics of servers, handlers and hubs for Micrometer, if the application has {@code micrometer-core}. */
package dev.freshet.netty.metrics;
