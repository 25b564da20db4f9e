// The very element, to tell later whether it still stands where it stood: it is kept under
// `asked.key`.
({ asked, memory }) => {
  const pin = (element) => {
    memory.set(asked.key, element);
    return element;
  };
  const isKept = () => memory.get(asked.key)?.isConnected === true;
  const isPinned = (element) => memory.get(asked.key) === element;
  const isConnected = (element) => element.isConnected;

  return { pin, isKept, isPinned, isConnected };
}
