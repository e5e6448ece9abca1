/**
 * Two programs and the small HTTP door they share.
 *
 * <pre>
 * Main -> DashboardCommand -> Dashboard --.
 *      -> RelayCommand     -> Relay ------+-> SseServer (event streams) -> HttpDoor (every other request) -> Routes -> Answer
 * </pre>
 *
 * <p>The commands read options and nothing else; {@code Dashboard} and {@code Relay} are started by tests as they are by commands.
 */
package dev.freshet.examples;
