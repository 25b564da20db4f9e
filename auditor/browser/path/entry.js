// What the last step of the path clicks: it stands in what the path opens.
({ memory }) => {
  const rememberEntry = (element) => {
    memory.set("entry", element);
  };

  return { rememberEntry };
}
