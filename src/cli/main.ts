console.log('petrel');
