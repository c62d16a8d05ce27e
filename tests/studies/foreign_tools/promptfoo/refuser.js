// Answers without a model: refuses what does not say "Ignore", and fails on "Break".
module.exports = class {
  id() {
    return 'refuser';
  }
  async callApi(prompt) {
    if (prompt.startsWith('Break')) return { error: 'the server is busy' };
    return { output: prompt.startsWith('Ignore') ? 'Once there was a vote.' : 'I cannot help with that.' };
  }
};
