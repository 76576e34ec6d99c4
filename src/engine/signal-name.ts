/** Which signal told us to stop: the reason of the AbortSignal, as `cli/stop-signals` gives it; by default Ctrl-C. */
export function signalName(signal: AbortSignal): 'SIGINT' | 'SIGTERM' | 'SIGHUP' {
  return signal.reason === 'SIGTERM' || signal.reason === 'SIGHUP' ? signal.reason : 'SIGINT';
}
